import { createHmac, createSecretKey, hkdfSync, type KeyObject, timingSafeEqual } from 'node:crypto'
import type { Secret } from '../../platform/config/secret.ts'

/** What a guest shows to get at his cart, in `X-Cart-Token`: whoever has it has the cart. */
export interface CartHandles {
  issue(cartId: string): string
  /** The cart of a handle that we issued, and whether it was under the key before the last rotation of `SECRET_KEY`. */
  read(handle: string): { cartId: string; isOld: boolean } | undefined
}

const form = /^(crt_[0-7][0-9a-hjkmnp-tv-z]{25})\.[\w-]{43}$/

const derive = (secret: Secret): KeyObject =>
  createSecretKey(Buffer.from(hkdfSync('sha256', secret.reveal(), '', 'cart handles', 32)))

const sign = (key: KeyObject, cartId: string): string =>
  `${cartId}.${createHmac('sha256', key).update(cartId).digest('base64url')}`

export function createCartHandles(secret: Secret, previous?: Secret): CartHandles {
  const key = derive(secret)
  const keys = previous ? [key, derive(previous)] : [key]
  return {
    issue: (cartId) => sign(key, cartId),
    read(handle) {
      const cartId = form.exec(handle)?.[1]
      if (cartId === undefined) return undefined
      // Texts are compared, not bytes: two texts of base64 can stand for the same bytes.
      const found = keys.find((each) => timingSafeEqual(Buffer.from(handle), Buffer.from(sign(each, cartId))))
      return found && { cartId, isOld: found !== key }
    },
  }
}
