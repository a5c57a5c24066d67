import buildValidators from '@fastify/ajv-compiler'
import buildSerializers from '@fastify/fast-json-stringify-compiler'
import type { FastifyServerOptions } from 'fastify'

declare module 'fastify' {
  interface FastifyInstance {
    /** Compiles a schema that no request has needed yet; `false` when there is none. @throws for one that is no schema */
    compileNextSchema(): boolean
  }
}

type Factory = NonNullable<NonNullable<FastifyServerOptions['schemaController']>['compilersFactory']>
type Compiled = ((value: unknown) => unknown) & { errors?: unknown }
type Compile = (route: unknown) => Compiled
type Build = (schemas: unknown, options: unknown) => Compile

/**
 * Fastify's own compilers, put off: what checks a request and what writes an answer is compiled when it is first needed.
 * For all routes at once that is a third of the CPU time of a start on PostgreSQL.
 */
export function createLazySchemas() {
  const waiting = new Set<() => Compiled>()

  const lazily =
    (build: Build): Build =>
    (schemas, options) => {
      const compile = build(schemas, options)
      return (route) => {
        let compiled: Compiled | undefined
        const make = (): Compiled => {
          waiting.delete(make)
          compiled ??= compile(route)
          return compiled
        }
        waiting.add(make)
        const run: Compiled = (value) => {
          const made = compiled ?? make()
          const result = made(value)
          run.errors = made.errors
          return result
        }
        return run
      }
    }

  return {
    compilersFactory: {
      buildValidator: lazily(buildValidators() as Build),
      buildSerializer: lazily(buildSerializers() as Build),
    } as unknown as Factory,
    compileNext(): boolean {
      const [make] = waiting
      make?.()
      return make !== undefined
    },
  }
}
