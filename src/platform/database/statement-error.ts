import { Unavailable } from '../unavailable.ts'

/** What both drivers say of an error of the server. */
interface ServerError {
  message: string
  code: string
  severity?: string
  constraint?: string
  table?: string
  column?: string
}

/**
 * The server refused a statement. Holds names and the SQLSTATE, never a value: the drivers' own errors carry
 * whole rows and parameters (`Key (phone)=(+91…) already exists`), and errors get logged.
 * @see https://www.postgresql.org/docs/15/errcodes-appendix.html
 */
export class StatementError extends Error {
  override readonly name = 'StatementError'
  readonly code: string
  readonly constraint: string | undefined
  readonly table: string | undefined
  readonly column: string | undefined

  constructor({ message, code, constraint, table, column }: ServerError) {
    super(code.startsWith('22') ? message.replace(/".*"/s, '…') : message) // value "12x" is out of range for type integer
    this.code = code
    this.constraint = constraint
    this.table = table
    this.column = column
  }
}

/** The constraint that a statement broke, by its name in the migrations. */
export const constraintOf = (error: unknown): string | undefined =>
  error instanceof StatementError ? error.constraint : undefined

const isServerError = (error: unknown): error is ServerError =>
  error instanceof Error && 'code' in error && 'severity' in error && /^[0-9A-Z]{5}$/.test(String(error.code))

/**
 * SQLSTATEs that speak of the server and not of the statement: connection, resources, shutdown, time-outs, failing
 * disk, a session that was ended, a role or database that is gone, a standby that takes no writes.
 */
const outages = /^(?:08|28|3D000|53|57P|57014|58|25P03|25P04|25006|XX001|XX002)/

/** Whether it is the database's fault and not the statement's. */
export function isOutage(error: unknown): boolean {
  if (error instanceof Unavailable) return true
  if (isServerError(error)) return outages.test(error.code)
  return !(error instanceof StatementError || error instanceof TypeError || error instanceof RangeError)
}

/** `query_canceled`: it took too long, and the session is as good as before. */
const isCanceled = (error: unknown): boolean => isServerError(error) && error.code === '57014'

/**
 * Whether a prepared statement is of no use any more: a migration changed what it returns (0A000), or it is not there (26000),
 * because one that went ahead of this one should have prepared it and could not.
 */
export const isStale = (error: unknown): boolean =>
  (error instanceof StatementError || isServerError(error)) && (error.code === '0A000' || error.code === '26000')

/** Whether a session is of no more use after an error. */
export const breaksSession = (error: unknown): boolean => (isOutage(error) && !isCanceled(error)) || isStale(error)

/** Whether the server ends with it, or a WebAssembly one fell over its own feet. */
export const endsServer = (error: unknown): boolean =>
  isServerError(error) ? error.severity === 'PANIC' : error instanceof Error && error.name === 'RuntimeError'

/** What callers see in the place of a driver's error. */
export function translate(error: unknown): unknown {
  if (error instanceof Unavailable || error instanceof StatementError) return error
  if (isOutage(error)) return new Unavailable('database', isServerError(error) ? new StatementError(error) : error)
  return isServerError(error) ? new StatementError(error) : error
}

/**
 * The same for what came in the place of a session. Whatever a server says then, it is no statement's fault: a code such as
 * 55000 (`database is not currently accepting connections`) means something else there.
 */
export const translateRefusal = (error: unknown): unknown =>
  isServerError(error) ? new Unavailable('database', new StatementError(error)) : translate(error)
