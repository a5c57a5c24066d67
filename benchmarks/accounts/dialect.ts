import type { Answer } from '../harness/http-answer.ts'
import type { HttpConnection } from '../harness/http-connection.ts'
import type { Person } from '../sign-in/people.ts'

/** Somebody who is signed in: what the server gave to prove it. */
export interface SignedIn {
  phoneNumber: string
  /** Proves it at each request. */
  access: string
  /** Is traded for new proof; the same as `access` where a server makes no difference. */
  refresh: string
}

/** How one server is asked, and where its answers hold what the load needs. Each function throws for a wrong answer. */
export interface Dialect {
  /** Asks for a code, and reads it in the answer. */
  askForCode(connection: HttpConnection, person: Person): Promise<string>
  /** Gives it back: afterwards there is an account, made just now, and a session in it. */
  giveCode(connection: HttpConnection, person: Person, code: string): Promise<SignedIn>
  /** Reads the account of whoever asks, from a client address of its own. */
  readAccount(connection: HttpConnection, who: SignedIn, address: string): Promise<void>
  /** Prolongs the session, with new proof where a server makes some. */
  refresh(connection: HttpConnection, who: SignedIn, address: string): Promise<SignedIn>
}

/** A header line that names the client as a proxy does. */
export const from = (address: string): string => `X-Forwarded-For: ${address}\r\n`

/** @throws what a step answered, unless it is right */
export function expect(isRight: boolean, step: string, { status, body }: Answer): void {
  if (!isRight) throw new Error(`${step} answered ${status} ${JSON.stringify(body)}`)
}

/** Whether an answer is about this person, wherever in it the number is. */
export const isAbout = ({ status, body }: Answer, phoneNumber: string): boolean =>
  status === 200 && JSON.stringify(body).includes(phoneNumber)
