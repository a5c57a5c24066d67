import type { EmailAddress } from '../../platform/email-address.ts'
import { maskEmail, maskPhone } from '../../platform/observability/mask.ts'
import type { Phone } from '../../platform/phone.ts'

/** Where a code goes, and whom it lets in: what codes are derived for and tries counted by. */
export type Address = { kind: 'phone'; phone: Phone } | { kind: 'email'; email: EmailAddress }

export const textOf = (address: Address): string => (address.kind === 'phone' ? address.phone : address.email)

/** The address as logs may show it, under its name there. */
export const masked = (address: Address): { number: string } | { email: string } =>
  address.kind === 'phone' ? { number: maskPhone(address.phone) } : { email: maskEmail(address.email) }

/**
 * What is guessed together with this address: the block of numbers that differ in their last three digits. Nobody
 * walks through addresses of e-mail by counting, so one of them stands for itself.
 */
export const blockOf = (address: Address): string =>
  address.kind === 'phone' ? address.phone.slice(0, -3) : address.email
