import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Jwks } from './auth-schemas.ts'
import type { SigningKeys } from './signing-keys.ts'

/** Where other services find the keys of access tokens. A token with a key that they do not know yet: ask again. */
export const wellKnownRoutes =
  ({ signingKeys }: { signingKeys: Pick<SigningKeys, 'published'> }): FastifyPluginAsyncTypebox =>
  async (app) => {
    app.get(
      '/.well-known/jwks.json',
      {
        schema: {
          summary: 'Public keys of access tokens',
          description: 'EdDSA (Ed25519). Check signature, `iss` and `exp`; `sub` is the user, `sid` the session.',
          tags: ['sessions'],
          response: { 200: Jwks },
        },
      },
      async (_request, reply) => {
        reply.header('cache-control', 'public, max-age=300')
        return { keys: signingKeys.published() }
      },
    )
  }
