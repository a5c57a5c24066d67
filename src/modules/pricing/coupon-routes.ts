import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { editProblems, etagOf, readIfMatch } from '../../platform/http/etag.ts'
import { explainBodyAs } from '../../platform/http/explain-body.ts'
import { httpProblems, serverProblems } from '../../platform/http/http-problems.ts'
import { readPage } from '../../platform/http/pagination.ts'
import { problems } from '../../platform/http/problem.ts'
import { Done, given } from '../../platform/http/shapes.ts'
import { keyProblems } from '../../platform/idempotency/idempotently.ts'
import type { Logger } from '../../platform/observability/logger.ts'
import type { Accounts } from '../accounts/index.ts'
import { type CouponFields, type NewCoupon, toCouponChange, toCouponContent, toCouponView } from './coupon.ts'
import {
  ChangeCouponBody,
  CouponParams,
  Coupons,
  CouponsQuery,
  couponFieldNames,
  NewCouponBody,
  OneCoupon,
} from './coupon-schemas.ts'
import { listCoupons, seeCoupon } from './list-coupons.ts'
import { couponProblems, pricingProblems } from './pricing-problems.ts'
import { IdempotencyHeaders, IfMatchHeaders } from './pricing-schemas.ts'
import { addCoupon, archiveCoupon, changeCoupon, type SaveCouponDeps } from './save-coupon.ts'

const tags = ['pricing']
const guarded = [httpProblems.malformed, httpProblems.unauthorized, httpProblems.forbidden, serverProblems.unavailable]
const { invalid, storeUnknown } = pricingProblems
const { notFound, codeTaken, limitBelowUses } = couponProblems
const { versionRequired, conflict } = editProblems

/** Of a body, what a coupon has. */
const fieldsOf = (body: object): CouponFields =>
  Object.fromEntries(Object.entries(body).filter(([field]) => couponFieldNames.has(field)))

/** Coupons as admins manage them. */
export const couponRoutes =
  (deps: SaveCouponDeps & Pick<Accounts, 'authenticate'>): FastifyPluginAsyncTypebox =>
  async (app) => {
    const onRequest = deps.authenticate({ anyRole: ['admin'] })

    app.get(
      '/coupons',
      {
        onRequest,
        schema: {
          summary: 'Coupons by code, with how often they were used',
          tags,
          querystring: CouponsQuery,
          response: { 200: Coupons, ...problems(...guarded) },
        },
      },
      async (request) => {
        const { code, storeId, archived } = request.query
        const filter = { ...given({ code, storeId }), isArchived: archived === 'true' }
        const { items, nextCursor } = await listCoupons(deps, { filter, page: readPage(request, 2) })
        return { success: true as const, coupons: items.map(toCouponView), nextCursor }
      },
    )

    app.post(
      '/coupons',
      {
        onRequest,
        config: { invalidBody: explainBodyAs(invalid, NewCouponBody) },
        schema: {
          summary: 'Add a coupon',
          description: 'It takes off a percentage (`discountBasisPoints`) or a fixed amount (`discountPaise`).',
          tags,
          headers: IdempotencyHeaders,
          body: NewCouponBody,
          response: {
            201: OneCoupon,
            ...problems(...guarded, invalid, storeUnknown, codeTaken, ...keyProblems),
          },
        },
      },
      async ({ caller: { userId }, body, headers, log }, reply) => {
        const once = { principal: userId, key: headers['idempotency-key'], request: ['POST', '/coupons', body] }
        const content = toCouponContent(fieldsOf(body) as NewCoupon)
        const answer = await addCoupon(deps, { content, once, actorId: userId, log: log as Logger })
        if (answer.isReplayed) reply.header('idempotency-replayed', 'true')
        return reply.code(201).header('etag', etagOf(1)).send(answer.body)
      },
    )

    app.get(
      '/coupons/:id',
      {
        onRequest,
        schema: {
          summary: 'One coupon, with how often it was used',
          tags,
          params: CouponParams,
          response: { 200: OneCoupon, ...problems(...guarded, notFound) },
        },
      },
      async ({ params }, reply) => {
        const coupon = toCouponView(await seeCoupon(deps, params))
        return reply.header('etag', etagOf(coupon.version)).send({ success: true, coupon })
      },
    )

    app.patch(
      '/coupons/:id',
      {
        onRequest,
        config: { invalidBody: explainBodyAs(invalid, ChangeCouponBody) },
        schema: {
          summary: 'Change a coupon, switch it on or off, bring it back from the archive',
          description: 'Orders that use it keep what it took off.',
          tags,
          headers: IfMatchHeaders,
          params: CouponParams,
          body: ChangeCouponBody,
          response: {
            200: OneCoupon,
            ...problems(
              ...[...guarded, invalid, storeUnknown, notFound, codeTaken, limitBelowUses],
              ...[versionRequired, conflict],
            ),
          },
        },
      },
      async ({ caller, params: { id }, headers, body, log }, reply) => {
        const changed = await changeCoupon(deps, {
          id,
          version: readIfMatch(headers['if-match']),
          change: toCouponChange(fieldsOf(body)),
          ...(body.archived === false && { archived: false }),
          actorId: caller.userId,
          log: log as Logger,
        })
        const coupon = toCouponView(changed)
        return reply.header('etag', etagOf(coupon.version)).send({ success: true, coupon })
      },
    )

    app.delete(
      '/coupons/:id',
      {
        onRequest,
        schema: {
          summary: 'Archive a coupon',
          description: 'Its code is free for another. `PATCH` with `{"archived": false}` brings it back.',
          tags,
          headers: IfMatchHeaders,
          params: CouponParams,
          response: { 200: Done, ...problems(...guarded, notFound, versionRequired, conflict) },
        },
      },
      async ({ caller: { userId: actorId }, params: { id }, headers, log }) => {
        const version = readIfMatch(headers['if-match'])
        await archiveCoupon(deps, { id, version, actorId, log: log as Logger })
        return { success: true as const }
      },
    )
  }
