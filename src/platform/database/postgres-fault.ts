import { CannotStart } from '../cannot-start.ts'

const reasons: Record<string, string> = {
  ECONNREFUSED: 'nobody listens there',
  ENOTFOUND: 'there is no such host',
  EAI_AGAIN: 'there is no such host',
  ENOENT: 'nobody listens there',
  EHOSTUNREACH: 'there is no way to that host',
  ENETUNREACH: 'there is no way to that host',
  '28000': 'it refuses this user',
  '28P01': 'it refuses the user or the password',
  '3D000': 'it has no database of that name',
  '42501': 'this user may not do what a migration does',
  '53300': 'it has no connection left',
  '55000': 'it lets nobody into that database',
  '57P03': 'it is starting or stopping',
}

/** Where a server is, without user, password and database. */
export function hostOf(address: string): string {
  const { hostname, port, searchParams } = new URL(address)
  const host = hostname || searchParams.get('host') || 'localhost'
  return host.startsWith('/') ? host : `${host}:${port || 5432}`
}

/** Why a server cannot be used at the start, as a sentence without any secret. */
export function postgresFault(address: string, error: unknown): CannotStart {
  const { code = '', message = '' } = error as { code?: string; message?: string }
  const reason = reasons[code] ?? (message.includes('SSL') ? 'it does not offer TLS' : 'it does not answer')
  return new CannotStart(`PostgreSQL at ${hostOf(address)} cannot be used: ${reason}.`)
}
