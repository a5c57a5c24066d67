import { isIP } from 'node:net'
import ipaddr from 'ipaddr.js'

/**
 * The source of a request as limits count it: an IPv4 address whole, an IPv6 address by its /64 (what one
 * subscriber gets). An IPv4 address mapped into IPv6 is the IPv4 address.
 *
 * @param forwarded the address that the trusted proxies name; text that is no address falls back to `socket`
 */
export function clientAddress(forwarded: string, socket: string): string {
  const text = isIP(forwarded) ? forwarded : socket
  if (!isIP(text)) return 'unknown'
  const address = ipaddr.process(text)
  if (address.kind() === 'ipv4') return address.toString()
  return `${(address as ipaddr.IPv6).parts
    .slice(0, 4)
    .map((part) => part.toString(16))
    .join(':')}::/64`
}

type IsTrusted = (address: string, hop: number) => boolean

/**
 * `TRUST_PROXY` as the HTTP server takes it: a number of hops, a list of proxy addresses, or nobody.
 * @returns undefined when the text is none of these
 */
export function readTrustProxy(parts: readonly string[]): IsTrusted | string[] | false | undefined {
  if (parts.length === 0) return false
  const [only = ''] = parts
  if (parts.length === 1 && /^\d{1,2}$/.test(only)) return (_address, hop) => hop < Number(only)
  const isNetwork = (part: string) =>
    isIP(part) !== 0 || (isIP(part.split('/')[0] ?? '') !== 0 && ipaddr.isValidCIDR(part))
  return parts.every(isNetwork) ? [...parts] : undefined
}
