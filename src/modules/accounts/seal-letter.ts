import { newId } from '../../platform/ids.ts'
import type { Seal } from '../../platform/seal.ts'
import type { AccountLetter } from './account-events.ts'

/** A letter to the address that a user has now; `undefined` when there is none. */
export function sealLetter(
  seal: Pick<Seal, 'seal'>,
  { email, name, locale }: { email: string | null; name: string | null; locale: string | null },
  at: number,
): string | undefined {
  if (email === null) return undefined
  const letter: AccountLetter = { reference: newId('msg'), to: email, name, locale, at }
  return seal.seal(JSON.stringify(letter))
}
