import type { FastifyInstance } from 'fastify'
import type { TSchema } from 'typebox'
import { Value } from 'typebox/value'

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Its body may be left out. */
    takesNoBody?: true
  }
}

/**
 * For the routes that are added to an app after it no body is as good as an empty one. Where an empty one will do, the body is
 * described as optional.
 */
export function takeNoBodyAsEmpty(app: FastifyInstance): void {
  app.addHook('onRoute', (route) => {
    const body = route.schema?.body as TSchema | undefined
    if (body && Value.Check(body, {})) route.config = { ...route.config, takesNoBody: true }
  })
  app.addHook('preValidation', async (request) => {
    request.body ??= {}
  })
}
