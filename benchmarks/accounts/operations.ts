import type { Operation } from '../harness/load.ts'
import { createPeople } from '../sign-in/people.ts'
import type { Dialect, SignedIn } from './dialect.ts'

const newPerson = createPeople()

/** Signs one new person in: asks for a code, and gives it back for an account and a session. */
export const signIn =
  (dialect: Dialect, onSignedIn: (who: SignedIn) => void): Operation =>
  async (connection) => {
    const person = newPerson()
    const start = performance.now()
    const code = await dialect.askForCode(connection, person)
    const sent = performance.now()
    onSignedIn(await dialect.giveCode(connection, person, code))
    return { send: sent - start, verify: performance.now() - sent }
  }

/** Reads the account of each in turn, always from a new address. */
export function readAccount(dialect: Dialect, signedIn: readonly SignedIn[]): Operation {
  let read = 0
  return async (connection) => {
    const who = signedIn[read % signedIn.length] as SignedIn
    read += 1
    await dialect.readAccount(connection, who, newPerson().address)
    return {}
  }
}

/** Refreshes the session of whoever waited longest. Nobody refreshes twice at once, and after an error never again. */
export function refresh(dialect: Dialect, signedIn: readonly SignedIn[]): Operation {
  const waiting = [...signedIn]
  return async (connection) => {
    const who = waiting.shift()
    if (!who) throw new Error('nobody is left to refresh')
    waiting.push(await dialect.refresh(connection, who, newPerson().address))
    return {}
  }
}
