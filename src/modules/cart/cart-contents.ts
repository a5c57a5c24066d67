export interface Point {
  lat: number
  lng: number
}

/** A line as it rests, under the id of its variant. */
export interface StoredLine {
  quantity: number
  /** The price when somebody last set the line; unknown of what came back from an order. */
  pricePaise: number | null
  /** Milliseconds since 1970, for the order of lines. */
  addedAt: number
}

export interface CartLine extends StoredLine {
  variantId: string
}

/** What a cart says of its order, besides the lines. */
export interface CartDetails {
  storeId: string | null
  /** Of the account's. */
  addressId: string | null
  /** Where somebody is who named no address. */
  point: Point | null
  pincode: string | null
  couponCode: string | null
  tipPaise: number
  /** For whoever delivers. */
  instructions: string | null
}

export interface CartContents extends CartDetails {
  id: string
  /** Nobody's: a guest's. */
  userId: string | null
  /** In the order in which they were added. */
  lines: CartLine[]
}

export const mostLines = 50
/** Of a variant, whatever its own maximum is. */
export const mostUnits = 100
export const mostTipPaise = 100_000
export const longestCode = 40
export const longestInstructions = 300

export const noDetails: CartDetails = {
  storeId: null,
  addressId: null,
  point: null,
  pincode: null,
  couponCode: null,
  tipPaise: 0,
  instructions: null,
}

/** The lines of a cart in their order. */
export const toLines = (stored: Readonly<Record<string, StoredLine>>): CartLine[] =>
  Object.entries(stored)
    .map(([variantId, line]) => ({ variantId, ...line }))
    .sort((a, b) => a.addedAt - b.addedAt || (a.variantId < b.variantId ? -1 : 1))

export const toStored = (lines: readonly CartLine[]): Record<string, StoredLine> =>
  Object.fromEntries(
    lines.map(({ variantId, quantity, pricePaise, addedAt }) => [variantId, { quantity, pricePaise, addedAt }]),
  )

const hasPlace = ({ addressId, point }: Pick<CartDetails, 'addressId' | 'point'>): boolean =>
  addressId !== null || point !== null

/** The store that a cart is bound to: without lines and without a place it is none yet. */
export const boundStore = (cart: CartContents): string | null =>
  cart.lines.length > 0 || hasPlace(cart) ? cart.storeId : null

const placeOf = ({ addressId, point, pincode }: CartDetails) => ({ addressId, point, pincode })

/**
 * What an account's cart holds once a guest's is in it. The account's store and place win, if it has any. Lines of both are
 * added up to the maximum, at the price that the guest saw; those that the store does not sell are kept, for their owner to
 * see. Of the guest's lines there are as many as there is room for.
 */
export function mergeContents(
  own: CartContents,
  guest: CartContents,
  { storeId, mostOf }: { storeId: string | null; mostOf: (variantId: string) => number },
): CartContents {
  const lines = new Map(own.lines.map((line) => [line.variantId, line]))
  for (const line of guest.lines) {
    const known = lines.get(line.variantId)
    if (!known && lines.size >= mostLines) continue
    lines.set(line.variantId, {
      variantId: line.variantId,
      quantity: Math.min(mostOf(line.variantId), line.quantity + (known?.quantity ?? 0)),
      pricePaise: line.pricePaise ?? known?.pricePaise ?? null,
      addedAt: known?.addedAt ?? line.addedAt,
    })
  }
  const takesGuestsPlace = !hasPlace(own) && guest.storeId === storeId
  return {
    ...own,
    ...placeOf(takesGuestsPlace ? guest : own),
    storeId,
    lines: [...lines.values()],
    couponCode: own.couponCode ?? guest.couponCode,
    tipPaise: own.tipPaise || guest.tipPaise,
    instructions: own.instructions ?? guest.instructions,
  }
}

/** The store of two carts that become one. */
export const mergedStore = (own: CartContents, guest: CartContents): string | null =>
  boundStore(own) ?? guest.storeId ?? own.storeId
