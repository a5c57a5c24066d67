import { isInTransaction } from '../database/in-transaction.ts'

const lookAgainMs = 4

/**
 * Does something soon after the transaction that the caller runs in is over, whichever way, and at once outside of one.
 * What it does must bear that the transaction was rolled back.
 */
export function afterTransaction(act: () => void): void {
  const isOpen = isInTransaction()
  const look = () => {
    if (isOpen()) setTimeout(look, lookAgainMs).unref()
    else act()
  }
  look()
}
