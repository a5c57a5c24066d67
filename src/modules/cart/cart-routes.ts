import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import type { FastifyRequest } from 'fastify'
import type { Static } from 'typebox'
import { httpProblems, serverProblems } from '../../platform/http/http-problems.ts'
import { type ProblemFactory, problems } from '../../platform/http/problem.ts'
import { given } from '../../platform/http/shapes.ts'
import type { Accounts } from '../accounts/index.ts'
import type { CartHandles } from './cart-handle.ts'
import { cartProblems } from './cart-problems.ts'
import {
  CartAnswer,
  CartBody,
  CartHeaders,
  CouponBody,
  InstructionsBody,
  LineBody,
  LineParams,
  PlaceBody,
  TipBody,
} from './cart-schemas.ts'
import { toCartView } from './cart-view.ts'
import { emptyWholeCart, removeLine, setExtra, type Visitor } from './change-cart.ts'
import { showCart } from './find-cart.ts'
import type { PricedCart } from './price-cart.ts'
import { type ReplaceCartInput, replaceCart } from './replace-cart.ts'
import { type SetLineDeps, setLine } from './set-line.ts'
import { setPlace } from './set-place.ts'

const tags = ['cart']
const { malformed, unauthorized, forbidden } = httpProblems
const { unavailable } = serverProblems
const { storeMissing, otherStore, noSuchStore, noSuchVariant, notSold, aboveMaximum, tooManyLines } = cartProblems
const { addressNotFound, pointMissing, tooManyCarts } = cartProblems

const schemaOf = (summary: string, ...refusals: ProblemFactory[]) => ({
  summary,
  tags,
  security: [{}, { accessToken: [] }], // a guest's cart needs none
  headers: CartHeaders,
  response: { 200: CartAnswer, ...problems(malformed, unauthorized, forbidden, ...refusals, unavailable) },
})

/** What a guest is to do with his handle: nothing, keep a new one, or (null) forget it. */
function handleFor(handles: CartHandles, shown: string | undefined, { userId }: Visitor, cart: PricedCart | undefined) {
  if (userId !== null || !cart) return shown === undefined ? undefined : null
  const { id } = cart.contents
  const known = shown === undefined ? undefined : handles.read(shown)
  return known?.cartId === id && !known.isOld ? undefined : handles.issue(id)
}

const trimmed = (text: string | null | undefined) => (typeof text === 'string' ? text.trim() : text)

/** An address and a point are two places, and a pincode alone is none. @throws request.malformed */
function toReplacement(body: Static<typeof CartBody>): ReplaceCartInput {
  const { lines, storeId, addressId, point, pincode, couponCode, tipPaise, instructions } = body
  if (point && addressId !== undefined) throw malformed({ fields: ['body.addressId'] })
  if (!point && pincode !== undefined) throw malformed({ fields: ['body.pincode'] })
  const extras = given({
    couponCode: trimmed(couponCode),
    tipPaise: tipPaise === null ? 0 : tipPaise,
    instructions: trimmed(instructions),
  })
  const place = point ? { point, pincode: pincode ?? null } : typeof addressId === 'string' ? { addressId } : addressId
  return { lines, storeId, place, extras }
}

/** The cart of whoever asks: an account's, or a guest's by its handle. Each answer is the whole cart. */
export const cartRoutes =
  (deps: SetLineDeps & { accounts: Pick<Accounts, 'recognize'>; handles: CartHandles }): FastifyPluginAsyncTypebox =>
  async (app) => {
    const { handles } = deps
    const onRequest = deps.accounts.recognize()

    async function answer(
      request: Pick<FastifyRequest, 'visitor' | 'source'> & { headers: { 'x-cart-token'?: string } },
      work: (visitor: Visitor) => Promise<PricedCart | undefined>,
    ) {
      const shown = request.headers['x-cart-token']
      const guestCartId = (shown !== undefined && handles.read(shown)?.cartId) || null
      const visitor = { userId: request.visitor?.userId ?? null, guestCartId, source: request.source }
      const priced = await work(visitor)
      const cartToken = handleFor(handles, shown, visitor, priced)
      return { success: true as const, cart: toCartView(priced), ...(cartToken !== undefined && { cartToken }) }
    }

    app.get('/cart', { onRequest, schema: schemaOf('What is in the cart and what it costs') }, (request) =>
      answer(request, (visitor) => showCart(deps, visitor)),
    )

    app.delete(
      '/cart',
      { onRequest, schema: schemaOf('Empty the cart; it stays at its store and address') },
      (request) => answer(request, (visitor) => emptyWholeCart(deps, visitor)),
    )

    app.put(
      '/cart',
      {
        onRequest,
        schema: {
          ...schemaOf(
            'Say all that is in the cart',
            storeMissing,
            noSuchStore,
            noSuchVariant,
            aboveMaximum,
            addressNotFound,
            pointMissing,
            tooManyCarts,
          ),
          description:
            'For whoever has a cart of his own, or orders again: afterwards it has exactly these lines, in this order and at the prices of now. Of what else it says, what is absent stays as it was and null takes it away. The store is the one that serves the place that is said (`storeId` where it does as well as others), else `storeId`, else that of the cart; what it does not sell stays in the cart and is said. Sent again, it does the same again.',
          body: CartBody,
        },
      },
      (request) => answer(request, (visitor) => replaceCart(deps, visitor, toReplacement(request.body))),
    )

    const lineProblems = [storeMissing, otherStore, noSuchStore, notSold, aboveMaximum, tooManyLines, tooManyCarts]
    app.put(
      '/cart/lines/:variantId',
      {
        onRequest,
        schema: {
          ...schemaOf('Say how many of something are in the cart', ...lineProblems),
          description: 'It begins a cart when there is none: then `cartToken` is the handle of the guest’s.',
          params: LineParams,
          body: LineBody,
        },
      },
      (request) => {
        const { variantId } = request.params
        const { quantity, storeId } = request.body
        return answer(request, (visitor) =>
          quantity === 0
            ? removeLine(deps, visitor, variantId)
            : setLine(deps, visitor, { variantId, quantity, storeId }),
        )
      },
    )

    app.delete(
      '/cart/lines/:variantId',
      { onRequest, schema: { ...schemaOf('Take something out of the cart'), params: LineParams } },
      (request) => answer(request, (visitor) => removeLine(deps, visitor, request.params.variantId)),
    )

    app.put(
      '/cart/address',
      {
        onRequest,
        schema: {
          ...schemaOf(
            'Say where it goes, and have the store that serves it',
            addressNotFound,
            pointMissing,
            tooManyCarts,
          ),
          description:
            'An address of one’s own, or just a place: that says what can be had there, and an order needs an address. What the store of the place does not sell stays in the cart and is said.',
          body: PlaceBody,
        },
      },
      (request) => {
        const { body } = request
        const wanted = 'point' in body ? { point: body.point, pincode: body.pincode ?? null } : body
        return answer(request, (visitor) => setPlace(deps, visitor, wanted))
      },
    )

    app.put(
      '/cart/coupon',
      {
        onRequest,
        schema: {
          ...schemaOf('Use a coupon, or none', tooManyCarts),
          description: 'Whether it counts is in the answer: a coupon that is refused stands in nobody’s way.',
          body: CouponBody,
        },
      },
      (request) =>
        answer(request, (visitor) => setExtra(deps, visitor, ['couponCode', request.body.code?.trim() ?? null])),
    )

    app.put(
      '/cart/tip',
      { onRequest, schema: { ...schemaOf('Say what the rider gets on top', tooManyCarts), body: TipBody } },
      (request) => answer(request, (visitor) => setExtra(deps, visitor, ['tipPaise', request.body.tipPaise])),
    )

    app.put(
      '/cart/instructions',
      {
        onRequest,
        schema: { ...schemaOf('Say something to whoever delivers', tooManyCarts), body: InstructionsBody },
      },
      (request) =>
        answer(request, (visitor) => setExtra(deps, visitor, ['instructions', request.body.text?.trim() ?? null])),
    )
  }
