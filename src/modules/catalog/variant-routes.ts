import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { editProblems, etagOf, readIfMatch } from '../../platform/http/etag.ts'
import { httpProblems, serverProblems } from '../../platform/http/http-problems.ts'
import { problems } from '../../platform/http/problem.ts'
import { Done, given } from '../../platform/http/shapes.ts'
import { keyProblems } from '../../platform/idempotency/idempotently.ts'
import type { Accounts } from '../accounts/index.ts'
import { catalogProblems, productProblems, variantProblems } from './catalog-problems.ts'
import { idempotencyKey, ifMatch } from './catalog-schemas.ts'
import { createOnce } from './create-once.ts'
import { explainBody } from './explain-body.ts'
import { findVariant } from './find-products.ts'
import type { SaveProductDeps } from './save-product.ts'
import { addVariant, archiveVariant, changeVariant } from './save-variant.ts'
import { toVariantView, type Variant } from './variant.ts'
import {
  ChangeVariantBody,
  NewVariantBody,
  OneVariant,
  ProductOfVariantParams,
  toVariantContent,
  VariantParams,
} from './variant-schemas.ts'

const tags = ['catalog']
const guarded = [httpProblems.malformed, httpProblems.unauthorized, httpProblems.forbidden, serverProblems.unavailable]
const { invalid, taken } = catalogProblems
const { versionRequired, conflict } = editProblems
const { notFound, mrpBelowPrice } = variantProblems

/** The packs of a product as admins manage them. */
export const variantRoutes =
  (deps: SaveProductDeps & Pick<Accounts, 'authenticate'>): FastifyPluginAsyncTypebox =>
  async (app) => {
    const onRequest = deps.authenticate({ anyRole: ['admin'] })

    app.post(
      '/catalog/products/:id/variants',
      {
        onRequest,
        config: { invalidBody: explainBody(NewVariantBody) },
        schema: {
          summary: 'Add a variant to a product',
          tags,
          params: ProductOfVariantParams,
          headers: idempotencyKey,
          body: NewVariantBody,
          response: {
            201: OneVariant,
            ...problems(...[...guarded, invalid, taken, ...Object.values(productProblems)], ...keyProblems),
          },
        },
      },
      async (request, reply) => {
        const content = toVariantContent(request.body)
        const variant = await createOnce(deps, request, reply, async (tx) =>
          toVariantView(await addVariant(deps, tx, { productId: request.params.id, content })),
        )
        return reply.code(201).send({ success: true, variant })
      },
    )

    app.get(
      '/catalog/variants/:id',
      {
        onRequest,
        schema: {
          summary: 'One variant',
          tags,
          params: VariantParams,
          response: { 200: OneVariant, ...problems(...guarded, notFound) },
        },
      },
      async ({ params }, reply) => {
        const variant = toVariantView(await findVariant(deps, params))
        return reply.header('etag', etagOf(variant.version)).send({ success: true, variant })
      },
    )

    app.patch(
      '/catalog/variants/:id',
      {
        onRequest,
        config: { invalidBody: explainBody(ChangeVariantBody) },
        schema: {
          summary: 'Change a variant, or bring it back',
          description: 'Its listings follow a new MRP, which must not be below a price.',
          tags,
          params: VariantParams,
          headers: ifMatch,
          body: ChangeVariantBody,
          response: {
            200: OneVariant,
            ...problems(...guarded, invalid, taken, notFound, mrpBelowPrice, versionRequired, conflict),
          },
        },
      },
      async ({ params: { id }, headers, body }, reply) => {
        const { sku, ean, pack, mrpPaise, hsnCode, gstPercent, weightGrams, maxPerOrder, ageRestricted, position } =
          body
        const storage = body.storage as Variant['storage'] | undefined
        const tax = { hsnCode, gstPercent: gstPercent as number | undefined }
        const changed = await changeVariant(deps, {
          id,
          version: readIfMatch(headers['if-match']),
          change: given({
            ...{ sku, ean, pack: pack?.trim(), mrpPaise, ...tax, weightGrams, storage },
            ...{ maxPerOrder, ageRestricted, position },
          }),
          ...(body.archived === false && { archived: false as const }),
        })
        const variant = toVariantView(changed)
        return reply.header('etag', etagOf(variant.version)).send({ success: true, variant })
      },
    )

    app.delete(
      '/catalog/variants/:id',
      {
        onRequest,
        schema: {
          summary: 'Archive a variant',
          description: 'It is sold nowhere from then on.',
          tags,
          params: VariantParams,
          headers: ifMatch,
          response: { 200: Done, ...problems(...guarded, notFound, versionRequired, conflict) },
        },
      },
      async ({ params: { id }, headers }) => {
        await archiveVariant(deps, { id, version: readIfMatch(headers['if-match']) })
        return { success: true as const }
      },
    )
  }
