import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { httpProblems, serverProblems } from '../../platform/http/http-problems.ts'
import { problems } from '../../platform/http/problem.ts'
import { Done } from '../../platform/http/shapes.ts'
import type { Accounts } from '../accounts/index.ts'
import { catalogProblems, synonymProblems } from './catalog-problems.ts'
import { explainBody } from './explain-body.ts'
import { findSynonyms, removeSynonym, type SynonymDeps, saveSynonym } from './save-synonym.ts'
import { OneSynonym, SynonymBody, SynonymParams, Synonyms } from './synonym-schemas.ts'

const tags = ['catalog']
const guarded = [httpProblems.malformed, httpProblems.unauthorized, httpProblems.forbidden, serverProblems.unavailable]
const { notFound, tooMany } = synonymProblems

/** Words that mean others, as admins manage them. */
export const synonymRoutes =
  (deps: SynonymDeps & Pick<Accounts, 'authenticate'>): FastifyPluginAsyncTypebox =>
  async (app) => {
    const onRequest = deps.authenticate({ anyRole: ['admin'] })

    app.get(
      '/catalog/synonyms',
      {
        onRequest,
        schema: {
          summary: 'All synonyms, by term',
          tags,
          response: { 200: Synonyms, ...problems(...guarded) },
        },
      },
      async () => ({ success: true as const, synonyms: await findSynonyms(deps) }),
    )

    app.put(
      '/catalog/synonyms/:term',
      {
        onRequest,
        config: { invalidBody: explainBody(SynonymBody) },
        schema: {
          summary: 'Say what a term means',
          description: 'In the place of what was said before. Customers who type the term find its meanings as well.',
          tags,
          params: SynonymParams,
          body: SynonymBody,
          response: { 200: OneSynonym, ...problems(...guarded, catalogProblems.invalid, tooMany) },
        },
      },
      async ({ params: { term }, body: { meanings } }) => ({
        success: true as const,
        synonym: await saveSynonym(deps, { term, meanings }),
      }),
    )

    app.delete(
      '/catalog/synonyms/:term',
      {
        onRequest,
        schema: {
          summary: 'Delete a synonym',
          tags,
          params: SynonymParams,
          response: { 200: Done, ...problems(...guarded, notFound) },
        },
      },
      async ({ params }) => {
        await removeSynonym(deps, params)
        return { success: true as const }
      },
    )
  }
