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
import type { FeeKind } from './bill.ts'
import { type FeeRuleContent, type NewFeeRule, toFeeRuleContent, toFeeRuleView } from './fee-rule.ts'
import {
  ChangeFeeRuleBody,
  FeeRuleParams,
  FeeRules,
  FeeRulesQuery,
  feeRuleFieldNames,
  NewFeeRuleBody,
  OneFeeRule,
} from './fee-rule-schemas.ts'
import { listFeeRules, seeFeeRule } from './list-fee-rules.ts'
import { feeRuleProblems, pricingProblems } from './pricing-problems.ts'
import { IdempotencyHeaders, IfMatchHeaders } from './pricing-schemas.ts'
import { addFeeRule, archiveFeeRule, changeFeeRule, type SaveFeeRuleDeps } from './save-fee-rule.ts'

const tags = ['pricing']
const guarded = [httpProblems.malformed, httpProblems.unauthorized, httpProblems.forbidden, serverProblems.unavailable]
const { invalid, storeUnknown } = pricingProblems
const { notFound } = feeRuleProblems
const { versionRequired, conflict } = editProblems

/** Of a body, what a fee rule has. */
const fieldsOf = (body: object): Partial<FeeRuleContent> =>
  Object.fromEntries(Object.entries(body).filter(([field]) => feeRuleFieldNames.has(field)))

/** Fees as admins set them. */
export const feeRuleRoutes =
  (deps: SaveFeeRuleDeps & Pick<Accounts, 'authenticate'>): FastifyPluginAsyncTypebox =>
  async (app) => {
    const onRequest = deps.authenticate({ anyRole: ['admin'] })

    app.get(
      '/fee-rules',
      {
        onRequest,
        schema: {
          summary: 'Fee rules by kind and position',
          tags,
          querystring: FeeRulesQuery,
          response: { 200: FeeRules, ...problems(...guarded) },
        },
      },
      async (request) => {
        const { storeId, kind, archived } = request.query
        const filter = { ...given({ storeId, kind: kind as FeeKind | undefined }), isArchived: archived === 'true' }
        const { items, nextCursor } = await listFeeRules(deps, { filter, page: readPage(request, 3) })
        return { success: true as const, feeRules: items.map(toFeeRuleView), nextCursor }
      },
    )

    app.post(
      '/fee-rules',
      {
        onRequest,
        config: { invalidBody: explainBodyAs(invalid, NewFeeRuleBody) },
        schema: {
          summary: 'Add a fee rule',
          description: 'Every instance charges by it within a second. Without an explanation its numbers make one.',
          tags,
          headers: IdempotencyHeaders,
          body: NewFeeRuleBody,
          response: {
            201: OneFeeRule,
            ...problems(...guarded, invalid, storeUnknown, ...keyProblems),
          },
        },
      },
      async ({ caller: { userId }, body, headers, log }, reply) => {
        const once = { principal: userId, key: headers['idempotency-key'], request: ['POST', '/fee-rules', body] }
        const content = toFeeRuleContent(fieldsOf(body) as NewFeeRule)
        const answer = await addFeeRule(deps, { content, once, actorId: userId, log: log as Logger })
        if (answer.isReplayed) reply.header('idempotency-replayed', 'true')
        return reply.code(201).header('etag', etagOf(1)).send(answer.body)
      },
    )

    app.get(
      '/fee-rules/:id',
      {
        onRequest,
        schema: {
          summary: 'One fee rule',
          tags,
          params: FeeRuleParams,
          response: { 200: OneFeeRule, ...problems(...guarded, notFound) },
        },
      },
      async ({ params }, reply) => {
        const feeRule = toFeeRuleView(await seeFeeRule(deps, params))
        return reply.header('etag', etagOf(feeRule.version)).send({ success: true, feeRule })
      },
    )

    app.patch(
      '/fee-rules/:id',
      {
        onRequest,
        config: { invalidBody: explainBodyAs(invalid, ChangeFeeRuleBody) },
        schema: {
          summary: 'Change a fee rule, switch it on or off, bring it back from the archive',
          tags,
          headers: IfMatchHeaders,
          params: FeeRuleParams,
          body: ChangeFeeRuleBody,
          response: {
            200: OneFeeRule,
            ...problems(...guarded, invalid, storeUnknown, notFound, versionRequired, conflict),
          },
        },
      },
      async ({ caller, params: { id }, headers, body, log }, reply) => {
        const changed = await changeFeeRule(deps, {
          id,
          version: readIfMatch(headers['if-match']),
          change: fieldsOf(body),
          ...(body.archived === false && { archived: false }),
          actorId: caller.userId,
          log: log as Logger,
        })
        const feeRule = toFeeRuleView(changed)
        return reply.header('etag', etagOf(feeRule.version)).send({ success: true, feeRule })
      },
    )

    app.delete(
      '/fee-rules/:id',
      {
        onRequest,
        schema: {
          summary: 'Archive a fee rule',
          description: 'Nothing is charged by it any more. `PATCH` with `{"archived": false}` brings it back.',
          tags,
          headers: IfMatchHeaders,
          params: FeeRuleParams,
          response: { 200: Done, ...problems(...guarded, notFound, versionRequired, conflict) },
        },
      },
      async ({ caller: { userId: actorId }, params: { id }, headers, log }) => {
        const version = readIfMatch(headers['if-match'])
        await archiveFeeRule(deps, { id, version, actorId, log: log as Logger })
        return { success: true as const }
      },
    )
  }
