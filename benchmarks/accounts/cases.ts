import { drive, type Operation } from '../harness/load.ts'
import type { Case } from '../harness/measure.ts'
import type { Dialect, SignedIn } from './dialect.ts'
import { readAccount, refresh, signIn } from './operations.ts'
import type { AccountServer, Running } from './servers.ts'

/** Signed in before accounts are read or sessions refreshed. */
const people = 200
const connections = 32

/** What is measured of each server. */
export const works = ['sign-in', 'account', 'refresh'] as const
type Work = (typeof works)[number]

export const caseName = (work: Work, server: Pick<AccountServer, 'name'>): string => `${work}: ${server.name}`

/** Who signed in, one after the other. @throws for the first who could not */
async function signInPeople({ server }: Running, dialect: Dialect): Promise<SignedIn[]> {
  const signedIn: SignedIn[] = []
  const operation = signIn(dialect, (who) => signedIn.push(who))
  const { firstError } = await drive({ port: server.port, connections, operation, operations: people })
  if (firstError !== undefined) throw new Error(firstError)
  return signedIn
}

async function prepare(work: Work, running: Running, dialect: Dialect, count: () => void): Promise<Operation> {
  if (work === 'sign-in') return signIn(dialect, count)
  const signedIn = await signInPeople(running, dialect)
  for (const _ of signedIn) count()
  return work === 'account' ? readAccount(dialect, signedIn) : refresh(dialect, signedIn)
}

/** One kind of work on one server. Whoever signed in has an account and a session in the database, and nobody else. */
export const createCase = (work: Work, { dialect, ...server }: AccountServer, floor?: AccountServer): Case => ({
  name: caseName(work, server),
  ...(floor && { floor: caseName(work, floor) }),
  async start() {
    const running = await server.start()
    let signedIn = 0
    try {
      const operation = await prepare(work, running, dialect, () => {
        signedIn += 1
      })
      return {
        ...running,
        operation,
        async inspect() {
          const rows = await running.countRows?.()
          if (!rows || (rows.accounts === signedIn && rows.sessions === signedIn)) return undefined
          return `${signedIn} signed in, and there are ${rows.accounts} accounts and ${rows.sessions} sessions`
        },
      }
    } catch (error) {
      await running.stop()
      throw error
    }
  },
})
