import { isIP } from 'node:net'
import ipaddr from 'ipaddr.js'

/** Both must know it: the one takes `1.2.3` for an address, the other a zone (`fe80::1%a-b`) that the one refuses. */
const isAddress = (text: string): boolean => isIP(text) !== 0 && ipaddr.isValid(text)

/**
 * The source of a request as limits count it: an IPv4 address whole, an IPv6 address by its /64 (what one
 * subscriber gets). An IPv4 address mapped into IPv6 is the IPv4 address.
 *
 * @param forwarded the address that the trusted proxies name; text that is no address falls back to `socket`
 */
export function clientAddress(forwarded: string, socket: string): string {
  const text = isIP(forwarded) === 4 || isAddress(forwarded) ? forwarded : socket
  if (isIP(text) === 4) return text
  if (!isAddress(text)) return 'unknown'
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
  const isNetwork = (part: string) => {
    const [address = '', length] = part.split('/')
    if (!isAddress(address)) return false
    return length === undefined || (ipaddr.isValidCIDR(part) && Number(length) > 0) // a length of 0 is everybody
  }
  return parts.every(isNetwork) ? [...parts] : undefined
}
