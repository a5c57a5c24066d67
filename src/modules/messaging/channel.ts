import type { EmailAddress } from '../../platform/email-address.ts'
import type { Phone } from '../../platform/phone.ts'
import type { LogLines } from './log-lines.ts'
import type { ChannelMetrics } from './messaging-metrics.ts'
import type { Vendor } from './vendor.ts'

/** Whom a message went to, and by which channel. */
export type Person = { channel: 'sms'; phone: Phone } | { channel: 'email'; email: EmailAddress }

/** A kind of message: who carries it, and how the log and the counts speak of it. */
export interface Channel<M> {
  vendors: ReadonlyMap<string, Vendor<M>>
  settings: { attemptTimeoutMs: number; totalTimeoutMs: number }
  metrics: ChannelMetrics
  lines: LogLines
  /** Where the console provider writes. */
  print: (line: string) => void
  /** The number or the address as logs may show it, under its name there. */
  masked(to: string): Record<string, string>
  /** Who it is that a vendor speaks of; `undefined` when we could not have written to them. */
  personOf(to: string): Person | undefined
}
