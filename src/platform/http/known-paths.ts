import type { FastifyInstance } from 'fastify'
import findMyWay from 'find-my-way'

/**
 * Remembers which methods each path has, so that a known path with another method is a 405 with `Allow`
 * and not a 404. Call before routes are added.
 */
export function rememberPaths(app: FastifyInstance): { methodsFor(path: string): readonly string[] } {
  const methodsByPattern = new Map<string, Set<string>>()
  const paths = findMyWay()

  app.addHook('onRoute', ({ url, method }) => {
    if (url === '*') return
    let methods = methodsByPattern.get(url)
    if (!methods) {
      methods = new Set()
      methodsByPattern.set(url, methods)
      paths.on('GET', url, () => undefined, methods)
    }
    for (const each of Array.isArray(method) ? method : [method]) methods.add(each)
  })

  return { methodsFor: (path) => [...((paths.find('GET', path)?.store as Set<string> | undefined) ?? [])].sort() }
}
