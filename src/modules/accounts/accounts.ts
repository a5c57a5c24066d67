import type { FastifyPluginAsync } from 'fastify'
import type { Clock } from '../../platform/clock.ts'
import type { Secret } from '../../platform/config/secret.ts'
import type { Values } from '../../platform/config/section.ts'
import type { Database, Queryable, Tx } from '../../platform/database/database.ts'
import type { Events } from '../../platform/events/events.ts'
import type { Logger } from '../../platform/observability/logger.ts'
import type { Metrics } from '../../platform/observability/metrics.ts'
import type { PhoneParser } from '../../platform/phone.ts'
import type { Seal } from '../../platform/seal.ts'
import type { Contact, Staff } from './account-queries.ts'
import type { accountsSettings } from './accounts-settings.ts'
import type { Address } from './address.ts'
import type { CallerHook, Requirements } from './caller-hook.ts'
import type { OpenOrdersOf } from './delete-account.ts'
import type { NoteFailedSignIn } from './failed-sign-ins.ts'
import type { OpenedSession, OpenSessionInput } from './open-session.ts'
import type { Caller } from './permissions.ts'
import type { Proof } from './prove-ownership.ts'
import type { SessionCookies } from './session-cookies.ts'

declare module 'fastify' {
  interface FastifyRequest {
    /** Whoever makes the request. Only there behind `Accounts.authenticate`. */
    caller: Caller
    /** The same where guests may come too. Only there behind `Accounts.recognize`. */
    visitor: Caller | undefined
  }
}

/** What other modules see of this one. */
export interface Accounts {
  /** The account of a verified phone or e-mail, made on first sight, and a session in it. @throws account.blocked; Unavailable */
  openSession(input: OpenSessionInput): Promise<OpenedSession>
  /**
   * Resolves while sessions can be opened, so that a code is not used up for nothing. It asks the database only after
   * a session could not be opened. @throws Unavailable
   */
  canOpenSessions(): Promise<void>
  /** A session's tokens for the body of an answer, or in cookies. */
  handOver: SessionCookies['handOver']
  /** Notes a sign-in that failed; it stands in the audit some seconds later. Never throws, never waits. */
  noteFailedSignIn(failure: NoteFailedSignIn): void
  /** An `onRequest` hook that lets callers with a good access token through and puts `request.caller` there. */
  authenticate(requirements?: Requirements): CallerHook
  /** The same for guests too: puts `request.visitor` there when a good token comes along, and refuses bad ones. */
  recognize(): CallerHook
  /**
   * Whether what a caller's token said still holds, for what goes on after its request: what was revoked is known within
   * 2 s. Reads no database.
   */
  stillHolds(caller: Caller): boolean
  /** An address of a user's own. */
  findAddress(on: Queryable, userId: string, addressId: string): Promise<Address | undefined>
  /** Where somebody is reached; nothing once the account was erased. */
  findContact(on: Queryable, userId: string): Promise<Contact | undefined>
  /** As what somebody works, and in which stores; nothing of who was erased, or is blocked. */
  findStaff(on: Queryable, userId: string): Promise<Staff | undefined>
  /**
   * Whether an account is still there, which it stays until the transaction ends: what is written for it is written before
   * anybody is told that it was erased.
   */
  holdAccount(tx: Tx, userId: string): Promise<boolean>
  /** Lends accounts the check of codes. Once, before the routes are registered. */
  proveOwnershipWith(proof: Proof): void
  /** Lends accounts a look at orders that have not ended: none is erased meanwhile. Once, before requests come. */
  keepWhileOrdersAreOpen(openOrdersOf: OpenOrdersOf): void
  /** `/auth/*`, `/me*`, `/users*`, `/audit-events`, for the prefix `/api`. */
  routes: FastifyPluginAsync
  /** `/.well-known/jwks.json`. */
  wellKnownRoutes: FastifyPluginAsync
  /** What `npm run admin` and `npm run keys` ask for, when this process has the database. @throws CannotStart */
  runCommand(command: string[]): Promise<string[]>
  /** Deletes what has served its time. For a job, once an hour or so. */
  cleanUp(): Promise<void>
  /** Loads keys and revocations, and keeps them current. Before requests come. @throws Unavailable */
  start(): Promise<void>
  /** Writes what waits to be written. Before the database closes. */
  close(): Promise<void>
}

export interface AccountsDeps {
  settings: Values<typeof accountsSettings>
  secretKey: Secret
  /** The one before the last rotation: what was made with it is still good. */
  previousSecretKey?: Secret
  database: Database
  parsePhone: PhoneParser
  development: boolean
  /** Issuer of tokens when the settings name none; its pages may use cookies. */
  publicUrl?: string
  /** Web origins that may call. */
  origins: readonly string[]
  /** Where facts are published. */
  events: Pick<Events, 'emit'>
  /** For what must be known about somebody after it was erased. */
  seal: Pick<Seal, 'seal'>
  clock: Clock
  log: Logger
  metrics: Metrics
}
