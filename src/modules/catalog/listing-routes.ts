import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { editProblems, etagOf, readIfMatch } from '../../platform/http/etag.ts'
import { httpProblems, serverProblems } from '../../platform/http/http-problems.ts'
import { readPage } from '../../platform/http/pagination.ts'
import { problems } from '../../platform/http/problem.ts'
import { given } from '../../platform/http/shapes.ts'
import type { Accounts } from '../accounts/index.ts'
import { catalogProblems, listingProblems } from './catalog-problems.ts'
import { ifMatchIfThere } from './catalog-schemas.ts'
import { explainBody } from './explain-body.ts'
import { toListingView, usualRank } from './listing.ts'
import { ListingParams, Listings, ListingsQuery, OneListing, SaveListingBody, StoreParams } from './listing-schemas.ts'
import { findListing, findListings, type SaveListingDeps, saveListing } from './save-listing.ts'

const tags = ['listings']
const guarded = [httpProblems.malformed, httpProblems.unauthorized, httpProblems.forbidden, serverProblems.unavailable]
const { versionRequired, conflict } = editProblems
const { storeNotFound, notFound, variantNotFound, productArchived, priceAboveMrp } = listingProblems

/** What a store sells, as its managers and admins say. */
export const listingRoutes =
  (deps: SaveListingDeps & Pick<Accounts, 'authenticate'>): FastifyPluginAsyncTypebox =>
  async (app) => {
    const onRequest = deps.authenticate({ anyRole: ['admin', 'storeManager'] })

    app.get(
      '/stores/:storeId/listings',
      {
        onRequest,
        schema: {
          summary: 'What a store sells, and at what price',
          tags,
          params: StoreParams,
          querystring: ListingsQuery,
          response: { 200: Listings, ...problems(...guarded, storeNotFound) },
        },
      },
      async (request) => {
        const {
          caller,
          params: { storeId },
          query,
        } = request
        const { items, nextCursor } = await findListings(deps, {
          caller,
          storeId,
          page: readPage(request),
          ...given({ sku: query.sku }),
        })
        return { success: true as const, listings: items.map(toListingView), nextCursor }
      },
    )

    app.get(
      '/stores/:storeId/listings/:variantId',
      {
        onRequest,
        schema: {
          summary: 'One listing',
          tags,
          params: ListingParams,
          response: { 200: OneListing, ...problems(...guarded, storeNotFound, notFound) },
        },
      },
      async ({ caller, params }, reply) => {
        const listing = toListingView(await findListing(deps, { caller, ...params }))
        return reply.header('etag', etagOf(listing.version)).send({ success: true, listing })
      },
    )

    app.put(
      '/stores/:storeId/listings/:variantId',
      {
        onRequest,
        config: { invalidBody: explainBody(SaveListingBody) },
        schema: {
          summary: 'Sell a variant in a store, or replace its listing',
          description: 'A listing that is there already is replaced with If-Match only.',
          tags,
          params: ListingParams,
          headers: ifMatchIfThere,
          body: SaveListingBody,
          response: {
            200: OneListing,
            201: OneListing,
            ...problems(
              ...[...guarded, catalogProblems.invalid, storeNotFound, variantNotFound, productArchived, priceAboveMrp],
              ...[versionRequired, conflict],
            ),
          },
        },
      },
      async ({ caller, params, headers, body: { pricePaise, isListed = true, rank = usualRank } }, reply) => {
        const header = headers['if-match']
        const saved = await saveListing(deps, {
          caller,
          ...params,
          readVersion: () => readIfMatch(header),
          isNew: header === undefined,
          content: { pricePaise, isListed, rank },
        })
        const listing = toListingView(saved.listing)
        return reply
          .code(saved.isCreated ? 201 : 200)
          .header('etag', etagOf(listing.version))
          .send({ success: true, listing })
      },
    )
  }
