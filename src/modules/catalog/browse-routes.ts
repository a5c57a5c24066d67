import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { Type } from 'typebox'
import { matches } from '../../platform/http/etag.ts'
import { httpProblems, serverProblems } from '../../platform/http/http-problems.ts'
import { problems } from '../../platform/http/problem.ts'
import type { Sort } from './browse.ts'
import { categoriesContent, listContent, productContent, suggestContent } from './browse-pages.ts'
import type { Browsing } from './browse-parts.ts'
import { searchProblems, shopProblems } from './browse-problems.ts'
import {
  ShopCategories,
  ShopCategoriesQuery,
  ShopProduct,
  ShopProductParams,
  ShopProductQuery,
  ShopProducts,
  ShopProductsQuery,
  ShopSuggestions,
  SuggestQuery,
} from './browse-schemas.ts'
import { productProblems } from './catalog-problems.ts'
import type { Page } from './page-cache-page.ts'
import { tidyQuery } from './search.ts'

const tags = ['shop']
const unchanged = { 304: Type.Null({ description: 'It is as `If-None-Match` says, and is not sent again' }) }
const { malformed } = httpProblems
const { unavailable } = serverProblems
const { notFound } = productProblems
const { tooLong } = searchProblems
const { storeNotFound } = shopProblems

function sendPage(request: FastifyRequest, reply: FastifyReply, page: Page): FastifyReply {
  const { body, etag, contentType, cacheControl } = page
  reply.header('cache-control', cacheControl).header('etag', etag)
  if (matches(request.headers['if-none-match'], etag)) return reply.code(304).send()
  return reply.header('content-type', contentType).send(body)
}

const requestOf = ({ raw, routeOptions }: FastifyRequest) => ({ url: raw.url ?? '', route: routeOptions.url ?? '' })

/** @throws search.too_long */
function readText(q: string | undefined): string | undefined {
  if (q === undefined) return undefined
  const text = tidyQuery(q)
  if (text === undefined) throw tooLong()
  return text
}

/** What shoppers look at. Nobody has to be signed in. */
export const browseRoutes =
  ({ pages, ...deps }: Browsing): FastifyPluginAsyncTypebox =>
  async (app) => {
    app.answerFirst(pages.find)

    app.get(
      '/categories',
      {
        schema: {
          summary: 'The categories, as a tree',
          tags,
          querystring: ShopCategoriesQuery,
          response: { 200: ShopCategories, ...unchanged, ...problems(malformed, storeNotFound, unavailable) },
        },
      },
      async (request, reply) => {
        const { storeId } = request.query
        const key = JSON.stringify(['categories', storeId])
        const page = await pages.read({ key, ...requestOf(request), storeId, kind: 'tree' }, () =>
          categoriesContent(deps, { storeId }),
        )
        return sendPage(request, reply, page)
      },
    )

    app.get(
      '/products',
      {
        schema: {
          summary: 'What a store sells: a list, or what a search finds',
          description: 'What is in stock comes first.',
          tags,
          querystring: ShopProductsQuery,
          response: { 200: ShopProducts, ...unchanged, ...problems(malformed, tooLong, storeNotFound, unavailable) },
        },
      },
      async (request, reply) => {
        const { storeId, category, q, brand, inStock, cursor } = request.query
        const sort = (request.query.sort ?? 'rank') as Sort
        const limit = request.query.limit === undefined ? undefined : Number(request.query.limit)
        const isInStock = inStock === 'true'
        const text = readText(q) || undefined
        const key = JSON.stringify([
          'list',
          storeId,
          category,
          text,
          brand?.toLowerCase(),
          isInStock,
          sort,
          cursor,
          limit,
        ])
        const page = await pages.read({ key, ...requestOf(request), storeId, kind: 'list' }, () =>
          listContent(deps, { storeId, category, text, brand, isInStock, sort, cursor, limit }),
        )
        return sendPage(request, reply, page)
      },
    )

    app.get(
      '/products/:id',
      {
        schema: {
          summary: 'A product, as a store sells it',
          tags,
          params: ShopProductParams,
          querystring: ShopProductQuery,
          response: { 200: ShopProduct, ...unchanged, ...problems(malformed, notFound, storeNotFound, unavailable) },
        },
      },
      async (request, reply) => {
        const { storeId } = request.query
        const productId = request.params.id
        const key = JSON.stringify(['product', storeId, productId])
        const page = await pages.read({ key, ...requestOf(request), storeId, kind: 'product' }, () =>
          productContent(deps, { storeId, productId }),
        )
        return sendPage(request, reply, page)
      },
    )

    app.get(
      '/search/suggest',
      {
        schema: {
          summary: 'What somebody who is typing may want',
          tags,
          querystring: SuggestQuery,
          response: { 200: ShopSuggestions, ...unchanged, ...problems(malformed, tooLong, storeNotFound, unavailable) },
        },
      },
      async (request, reply) => {
        const { storeId, q } = request.query
        const text = readText(q) ?? ''
        const key = JSON.stringify(['suggest', storeId, text])
        const page = await pages.read({ key, ...requestOf(request), storeId, kind: 'list' }, () =>
          suggestContent(deps, { storeId, text }),
        )
        return sendPage(request, reply, page)
      },
    )
  }
