import { domainToASCII } from 'node:url'

/** An e-mail address in small letters, its domain in ASCII: `asha@example.com`, `asha@xn--e1aybc.example`. */
export type EmailAddress = string & { readonly brand: 'EmailAddress' }

/** RFC 5321, 4.5.3.1: of the whole address as a mail server takes it, and of the part before the @. */
const longestAddress = 254
const longestLocalPart = 64

/**
 * What browsers accept in `<input type="email">`. Held against what was written: the Kelvin sign becomes a `k` when made
 * small. @see https://html.spec.whatwg.org/multipage/input.html#valid-e-mail-address
 */
const localPart = /^[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]+$/
/** As people write it, in any script; what URLs would decode or drop (`%2e`, soft hyphens) is not part of a name. */
const writtenDomain = /^[\p{L}\p{M}\p{N}.\-\u200c-\u200d\u3002]+$/u
const label = /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/

/** A host that mail can be routed to: two labels at least, and no IP address. */
function isMailDomain(domain: string): boolean {
  const labels = domain.split('.')
  return labels.length >= 2 && labels.every((each) => label.test(each)) && /[a-z]/.test(labels.at(-1) ?? '')
}

/**
 * Reads one bare address; `undefined` for anything else: a list, a display name, quotes, a line break, an address
 * without a dot in its domain. Blanks around it are dropped, capitals made small and a domain in another script turned
 * into its ASCII form, so that all spellings of an address are one identity. Reading the result gives it again.
 */
export function parseEmailAddress(text: string): EmailAddress | undefined {
  if (text.length > 2 * longestAddress) return undefined // longer text is not searched
  const [local = '', written = '', ...more] = text.replace(/^[ \t]+|[ \t]+$/g, '').split('@')
  if (more.length > 0 || local.length > longestLocalPart || !localPart.test(local)) return undefined
  if (!writtenDomain.test(written)) return undefined
  const domain = domainToASCII(written)
  if (!isMailDomain(domain)) return undefined
  const address = `${local.toLowerCase()}@${domain}`
  return address.length <= longestAddress ? (address as EmailAddress) : undefined
}
