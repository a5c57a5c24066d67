import { setImmediate as nextTurn } from 'node:timers/promises'
import type { ChangeFeed } from '../../platform/changes/change-feed.ts'
import type { Database, Tx } from '../../platform/database/database.ts'
import { inTransaction } from '../../platform/database/in-transaction.ts'
import { offerKeys, offersTopic } from './kept-offers.ts'
import { markPending, type Pending, takeOwnPending, takePending } from './pending-queries.ts'
import { searchVector, wordsToOffer } from './search-vector.ts'
import { addSearchWords, lockProducts, readSearchTexts, writeSearchVectors } from './search-vector-queries.ts'
import { shelfKeys } from './shelf.ts'
import { refreshShelf } from './shelf-queries.ts'

export interface RefreshDeps {
  changes: Pick<ChangeFeed, 'note'>
}

/**
 * Makes the shelf rows of products anew, and notes `content` wherever they are or were: their pages show more than a
 * row of the shelf does. Their offers are told of too, on the shelf or not. In the transaction that changed something, after
 * the change.
 */
export async function refreshContent(
  { changes }: RefreshDeps,
  tx: Tx,
  productIds: readonly string[],
  { storeIds }: { storeIds?: readonly string[] } = {},
): Promise<void> {
  if (productIds.length === 0) return
  const places = await refreshShelf(tx, productIds, storeIds ? { storeIds } : {})
  const keys = shelfKeys(places.map((place) => ({ ...place, change: 'content' })))
  await changes.note(tx, 'shelf', keys)
  await changes.note(tx, offersTopic, offerKeys(productIds))
}

/** The same after a change of texts or categories: search text, words to offer, then the shelf. */
export async function refreshProducts(deps: RefreshDeps, tx: Tx, productIds: readonly string[]): Promise<void> {
  if (productIds.length === 0) return
  await lockProducts(tx, productIds)
  const products = await readSearchTexts(tx, productIds)
  await writeSearchVectors(
    tx,
    products.map((product) => ({ productId: product.productId, vector: searchVector(product) })),
  )
  await addSearchWords(tx, new Map(products.flatMap((product) => [...wordsToOffer(product)])))
  await refreshContent(deps, tx, productIds)
}

/**
 * Leaves the shelf rows of products that rows of an import changed, and perhaps their search text, for later. That their offers
 * changed is told with the transaction all the same.
 */
export async function leavePending(
  { changes }: RefreshDeps,
  tx: Tx,
  productIds: readonly string[],
  { hasNewTexts }: Pick<Pending, 'hasNewTexts'>,
): Promise<void> {
  if (productIds.length === 0) return
  await markPending(tx, productIds, { hasNewTexts })
  await changes.note(tx, offersTopic, ['*']) // not each: a large import would note as many keys as it has rows
}

async function refresh(deps: RefreshDeps, tx: Tx, pending: readonly Pending[]): Promise<void> {
  const ids = (hasNewTexts: boolean) =>
    pending.filter((each) => each.hasNewTexts === hasNewTexts).map(({ productId }) => productId)
  await refreshProducts(deps, tx, ids(true))
  await refreshContent(deps, tx, ids(false))
}

/** A step of the embedded database keeps every request waiting. */
const inOneStep = { postgres: 1000, embedded: 100 } as const

export type RefreshPendingDeps = RefreshDeps & { database: Pick<Database, 'background' | 'kind'> }

/**
 * Makes up for what this transaction has marked as pending, if that is no more than one step: then it is shown from the moment
 * that the transaction is committed. At the end of it, because others who sell these products wait meanwhile.
 */
export async function refreshOwnPending({ database, ...deps }: RefreshPendingDeps, tx: Tx): Promise<void> {
  await refresh(deps, tx, await takeOwnPending(tx, inOneStep[database.kind]))
}

/**
 * Makes up for everything that is marked as pending, in steps that each are a transaction: what is done stays done, and
 * the next call goes on with the rest. Several at once share the work.
 */
export async function refreshPending({ database, ...deps }: RefreshPendingDeps): Promise<void> {
  for (;;) {
    const count = await inTransaction(database.background, async (tx) => {
      const pending = await takePending(tx, inOneStep[database.kind])
      await refresh(deps, tx, pending)
      return pending.length
    })
    if (count === 0) return
    await nextTurn() // the embedded database works on this thread, and its promises alone let no request in
  }
}
