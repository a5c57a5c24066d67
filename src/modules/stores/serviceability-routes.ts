import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { serverProblems } from '../../platform/http/http-problems.ts'
import { problems } from '../../platform/http/problem.ts'
import type { Point } from './dark-store.ts'
import { type FindServingStoreDeps, findServingStore } from './find-serving-store.ts'
import { swappedHint } from './india.ts'
import { ServiceabilityQuery, ServiceabilityView } from './serviceability-schemas.ts'
import { serviceabilityProblems } from './store-problems.ts'

const { pointInvalid } = serviceabilityProblems
const decimal = /^[+-]?[0-9]{1,3}(?:\.[0-9]{1,20})?$/

/** @throws serviceability.point_invalid */
function readPoint({ lat, lng }: { lat: string; lng: string }): Point {
  const read = (text: string, most: number): number => {
    const value = decimal.test(text) ? Number(text) : Number.NaN
    if (!(Math.abs(value) <= most)) throw pointInvalid()
    return value
  }
  return { lat: read(lat, 90), lng: read(lng, 180) }
}

/** Whether and how soon somebody is served. */
export const serviceabilityRoutes =
  (deps: FindServingStoreDeps): FastifyPluginAsyncTypebox =>
  async (app) => {
    app.get(
      '/serviceability',
      {
        attachValidation: true, // what is wrong is said below, of missing and repeated ones too
        schema: {
          summary: 'Which store serves a place, and how soon',
          description: 'It is answered with 200 whatever the outcome. A change of a store counts within a second.',
          tags: ['shop'],
          querystring: ServiceabilityQuery,
          response: { 200: ServiceabilityView, ...problems(pointInvalid, serverProblems.unavailable) },
        },
      },
      async ({ query, validationError }) => {
        if (validationError) throw pointInvalid()
        const point = readPoint(query)
        const found = await findServingStore(deps, { point })
        const success = true as const
        if (found.outcome === 'store_closed')
          return { ...found, success, opensAt: found.opensAt?.toISOString() ?? null }
        if (found.outcome !== 'not_covered') return { ...found, success }
        const hint = swappedHint(point)
        return { ...found, success, ...(hint !== undefined && { hint }) }
      },
    )
  }
