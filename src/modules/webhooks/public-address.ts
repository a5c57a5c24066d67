import { isIP } from 'node:net'
import ipaddr from 'ipaddr.js'

/** What IANA has given out for the internet as it is; everything else of IPv6 is private, a tunnel, or not there yet. */
const globalUnicast = ipaddr.parseCIDR('2000::/3')

/**
 * Whether an address is one of the internet: not this machine, no private or link-local network (with them the metadata
 * services of clouds), nothing that wraps such an address.
 */
export function isPublicAddress(text: string): boolean {
  if (isIP(text) === 0 || !ipaddr.isValid(text)) return false
  const address = ipaddr.process(text) // an IPv4 address in the clothes of IPv6 is the IPv4 address
  return address.range() === 'unicast' && (address.kind() === 'ipv4' || address.match(globalUnicast))
}

/** The address that stands in a URL itself, if it is no name. */
export const addressIn = ({ hostname }: URL): string | undefined => {
  const bare = hostname.replace(/^\[(.*)\]$/, '$1')
  return isIP(bare) === 0 ? undefined : bare
}

const isLoopback = (url: URL): boolean => url.hostname === 'localhost' || /^127\.|^::1$/.test(addressIn(url) ?? '')

/**
 * Why nothing is sent there, as the end of a sentence; `undefined` when it may be. What a name resolves to is not known
 * here: that is looked at with each call.
 */
export function urlFault(text: string, { development }: { development: boolean }): string | undefined {
  if (!URL.canParse(text)) return 'is no address'
  const url = new URL(text)
  if (url.username !== '' || url.password !== '') return 'has a user or a password in it'
  if (url.hash !== '') return 'has a fragment, which is never sent'
  if (development && url.protocol === 'http:' && isLoopback(url)) return undefined
  if (url.protocol !== 'https:') return development ? 'is neither https nor http on this machine' : 'is not https'
  if (development) return undefined
  const address = addressIn(url)
  if (url.hostname === 'localhost' || (address !== undefined && !isPublicAddress(address)))
    return 'is not on the internet'
  return undefined
}
