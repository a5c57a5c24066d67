import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { editProblems, etagOf, readIfMatch } from '../../platform/http/etag.ts'
import { httpProblems, serverProblems } from '../../platform/http/http-problems.ts'
import { problems } from '../../platform/http/problem.ts'
import { Done, given } from '../../platform/http/shapes.ts'
import { keyProblems } from '../../platform/idempotency/idempotently.ts'
import type { Accounts } from '../accounts/index.ts'
import { catalogProblems, categoryProblems } from './catalog-problems.ts'
import { idempotencyKey, ifMatch } from './catalog-schemas.ts'
import { toCategoryView } from './category.ts'
import {
  CategoriesQuery,
  CategoryParams,
  CategoryTree,
  ChangeCategoryBody,
  NewCategoryBody,
  OneCategory,
} from './category-schemas.ts'
import { createOnce } from './create-once.ts'
import { explainBody } from './explain-body.ts'
import { findCategory, findCategoryTree } from './find-categories.ts'
import { addCategory, archiveCategory, changeCategory, type SaveCategoryDeps } from './save-category.ts'

const tags = ['catalog']
const guarded = [httpProblems.malformed, httpProblems.unauthorized, httpProblems.forbidden, serverProblems.unavailable]
const { invalid, taken } = catalogProblems
const { notFound, unknown, archived, tooDeep, depthFixed, notEmpty } = categoryProblems
const { versionRequired, conflict } = editProblems

/** Categories as admins manage them. */
export const categoryRoutes =
  (deps: SaveCategoryDeps & Pick<Accounts, 'authenticate'>): FastifyPluginAsyncTypebox =>
  async (app) => {
    const onRequest = deps.authenticate({ anyRole: ['admin'] })

    app.get(
      '/catalog/categories',
      {
        onRequest,
        schema: {
          summary: 'All categories, below each other',
          tags,
          querystring: CategoriesQuery,
          response: { 200: CategoryTree, ...problems(...guarded) },
        },
      },
      async ({ query }) => ({
        success: true as const,
        categories: (await findCategoryTree(deps, { withArchived: query.archived === 'yes' })) as never,
      }),
    )

    app.post(
      '/catalog/categories',
      {
        onRequest,
        config: { invalidBody: explainBody(NewCategoryBody) },
        schema: {
          summary: 'Add a category',
          tags,
          headers: idempotencyKey,
          body: NewCategoryBody,
          response: {
            201: OneCategory,
            ...problems(...guarded, invalid, unknown, archived, tooDeep, taken, ...keyProblems),
          },
        },
      },
      async (request, reply) => {
        const { slug, name, parentId = null, imageUrl = null, position = 0 } = request.body
        const content = { slug, name: name.trim(), parentId, imageUrl, position }
        const category = await createOnce(deps, request, reply, async (tx) =>
          toCategoryView(await addCategory(deps, tx, content)),
        )
        return reply.code(201).send({ success: true, category })
      },
    )

    app.get(
      '/catalog/categories/:id',
      {
        onRequest,
        schema: {
          summary: 'One category',
          tags,
          params: CategoryParams,
          response: { 200: OneCategory, ...problems(...guarded, notFound) },
        },
      },
      async ({ params }, reply) => {
        const category = toCategoryView(await findCategory(deps, params))
        return reply.header('etag', etagOf(category.version)).send({ success: true, category })
      },
    )

    app.patch(
      '/catalog/categories/:id',
      {
        onRequest,
        config: { invalidBody: explainBody(ChangeCategoryBody) },
        schema: {
          summary: 'Change a category, or bring it back',
          description: 'It can be moved to a parent that is as deep as the one so far.',
          tags,
          params: CategoryParams,
          headers: ifMatch,
          body: ChangeCategoryBody,
          response: {
            200: OneCategory,
            ...problems(
              ...[...guarded, invalid, notFound, unknown, archived, depthFixed, taken],
              ...[versionRequired, conflict],
            ),
          },
        },
      },
      async ({ params: { id }, headers, body }, reply) => {
        const { slug, name, parentId, imageUrl, position, archived: isArchived } = body
        const changed = await changeCategory(deps, {
          id,
          version: readIfMatch(headers['if-match']),
          change: given({ slug, name: name?.trim(), parentId, imageUrl, position }),
          ...(isArchived === false && { archived: false as const }),
        })
        const category = toCategoryView(changed)
        return reply.header('etag', etagOf(category.version)).send({ success: true, category })
      },
    )

    app.delete(
      '/catalog/categories/:id',
      {
        onRequest,
        schema: {
          summary: 'Archive a category that nothing is in',
          tags,
          params: CategoryParams,
          headers: ifMatch,
          response: { 200: Done, ...problems(...guarded, notFound, notEmpty, versionRequired, conflict) },
        },
      },
      async ({ params: { id }, headers }) => {
        await archiveCategory(deps, { id, version: readIfMatch(headers['if-match']) })
        return { success: true as const }
      },
    )
  }
