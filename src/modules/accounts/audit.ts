/** What the audit tells of. Published: admins filter by it. */
export const auditKinds = [
  'sign_in.succeeded',
  'sign_in.failed',
  'sign_in.failures_not_listed',
  'session.refresh_reused',
  'user.blocked',
  'user.unblocked',
  'user.roles_changed',
  'user.phone_changed',
  'user.email_linked',
  'user.number_released',
  'user.deleted',
  'keys.rotated',
] as const
export type AuditKind = (typeof auditKinds)[number]

/** One fact. Holds no name, number, e-mail address, code or token: accounts appear by id, sources as keyed hashes. */
export interface AuditEvent {
  kind: AuditKind
  /** The account that it happened to. */
  userId?: string
  /** The account that did it, where that is another. */
  actorId?: string
  source?: string
  details?: Record<string, unknown>
}
