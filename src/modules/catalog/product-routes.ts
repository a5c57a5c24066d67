import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { editProblems, etagOf, readIfMatch } from '../../platform/http/etag.ts'
import { httpProblems, serverProblems } from '../../platform/http/http-problems.ts'
import { readPage } from '../../platform/http/pagination.ts'
import { problems } from '../../platform/http/problem.ts'
import { Done, given } from '../../platform/http/shapes.ts'
import { keyProblems } from '../../platform/idempotency/idempotently.ts'
import type { Accounts } from '../accounts/index.ts'
import { catalogProblems, categoryProblems, productProblems } from './catalog-problems.ts'
import { idempotencyKey, ifMatch } from './catalog-schemas.ts'
import { createOnce } from './create-once.ts'
import { explainBody } from './explain-body.ts'
import { findProduct, findProducts } from './find-products.ts'
import { toDetailedView, toProductView } from './product.ts'
import {
  ChangeProductBody,
  NewProductBody,
  OneProduct,
  ProductParams,
  Products,
  ProductsQuery,
} from './product-schemas.ts'
import { addProduct, archiveProduct, changeProduct, type SaveProductDeps } from './save-product.ts'
import { toVariantContent } from './variant-schemas.ts'

const tags = ['catalog']
const guarded = [httpProblems.malformed, httpProblems.unauthorized, httpProblems.forbidden, serverProblems.unavailable]
const { invalid, taken } = catalogProblems
const { versionRequired, conflict } = editProblems
const { notFound } = productProblems
const { unknown, archived } = categoryProblems

/** Products as admins manage them. */
export const productRoutes =
  (deps: SaveProductDeps & Pick<Accounts, 'authenticate'>): FastifyPluginAsyncTypebox =>
  async (app) => {
    const onRequest = deps.authenticate({ anyRole: ['admin'] })

    app.get(
      '/catalog/products',
      {
        onRequest,
        schema: {
          summary: 'Find products, the newest first',
          tags,
          querystring: ProductsQuery,
          response: { 200: Products, ...problems(...guarded) },
        },
      },
      async (request) => {
        const { query } = request
        const { items, nextCursor } = await findProducts(deps, {
          isArchived: query.archived === 'yes',
          page: readPage(request),
          ...given({ category: query.category, search: query.search }),
        })
        return { success: true as const, products: items.map(toProductView), nextCursor }
      },
    )

    app.post(
      '/catalog/products',
      {
        onRequest,
        config: { invalidBody: explainBody(NewProductBody) },
        schema: {
          summary: 'Add a product with its variants',
          description: 'It is sold where its variants are listed.',
          tags,
          headers: idempotencyKey,
          body: NewProductBody,
          response: {
            201: OneProduct,
            ...problems(...guarded, invalid, taken, unknown, archived, ...keyProblems),
          },
        },
      },
      async (request, reply) => {
        const { code, categoryId, name, brand, description, imageUrls, attributes, keywords, variants } = request.body
        const content = {
          ...given({ code }),
          categoryId,
          name: name.trim(),
          brand: brand?.trim() ?? null,
          description: description?.trim() ?? null,
          imageUrls: imageUrls ?? [],
          attributes: attributes ?? {},
          keywords: keywords ?? [],
        }
        const product = await createOnce(deps, request, reply, async (tx) =>
          toDetailedView(await addProduct(deps, tx, { content, variants: variants.map(toVariantContent) })),
        )
        return reply.code(201).send({ success: true, product })
      },
    )

    app.get(
      '/catalog/products/:id',
      {
        onRequest,
        schema: {
          summary: 'One product with its variants',
          tags,
          params: ProductParams,
          response: { 200: OneProduct, ...problems(...guarded, notFound) },
        },
      },
      async ({ params }, reply) => {
        const product = toDetailedView(await findProduct(deps, params))
        return reply.header('etag', etagOf(product.version)).send({ success: true, product })
      },
    )

    app.patch(
      '/catalog/products/:id',
      {
        onRequest,
        config: { invalidBody: explainBody(ChangeProductBody) },
        schema: {
          summary: 'Change a product, or bring it back',
          tags,
          params: ProductParams,
          headers: ifMatch,
          body: ChangeProductBody,
          response: {
            200: OneProduct,
            ...problems(...guarded, invalid, taken, notFound, unknown, archived, versionRequired, conflict),
          },
        },
      },
      async ({ params: { id }, headers, body }, reply) => {
        const { code, categoryId, name, brand, description, imageUrls, attributes, keywords } = body
        const texts = {
          name: name?.trim(),
          brand: brand?.trim?.() ?? brand,
          description: description?.trim?.() ?? description,
        }
        const changed = await changeProduct(deps, {
          id,
          version: readIfMatch(headers['if-match']),
          change: given({ code, categoryId, ...texts, imageUrls, attributes, keywords }),
          ...(body.archived === false && { archived: false as const }),
        })
        const product = toDetailedView(changed)
        return reply.header('etag', etagOf(product.version)).send({ success: true, product })
      },
    )

    app.delete(
      '/catalog/products/:id',
      {
        onRequest,
        schema: {
          summary: 'Archive a product',
          description: 'It is sold nowhere from then on.',
          tags,
          params: ProductParams,
          headers: ifMatch,
          response: { 200: Done, ...problems(...guarded, notFound, versionRequired, conflict) },
        },
      },
      async ({ params: { id }, headers }) => {
        await archiveProduct(deps, { id, version: readIfMatch(headers['if-match']) })
        return { success: true as const }
      },
    )
  }
