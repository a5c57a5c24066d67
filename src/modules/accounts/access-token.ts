import { sign } from 'node:crypto'
import { errors, jwtVerify } from 'jose'
import type { Clock } from '../../platform/clock.ts'
import { type Caller, isRole } from './permissions.ts'
import type { SigningKey, SigningKeys } from './signing-keys.ts'

export const accessTokenLifeSeconds = 900

/** What a good access token says. */
export interface AccessClaims extends Caller {
  /** Of the user when the token was made. */
  version: number
  /** In milliseconds since 1970. */
  endsAt: number
}

/** Longer text is not looked at: twenty stores, all roles and the signature have less. */
const longest = 4096

const encode = (part: object): string => Buffer.from(JSON.stringify(part)).toString('base64url')

/** The header of each key, which says the same with every token. */
const headers = new Map<string, string>()

function headerOf(keyId: string): string {
  let header = headers.get(keyId)
  if (header === undefined) {
    header = encode({ alg: 'EdDSA', typ: 'JWT', kid: keyId })
    headers.set(keyId, header)
  }
  return header
}

/**
 * A JWT for this caller (EdDSA, 15 minutes from `now`). By Node itself: 40 to 60 µs of CPU, where jose takes 160. What
 * can go wrong with tokens is reading them, and that is left to jose.
 * @see https://www.rfc-editor.org/rfc/rfc8037
 */
export function signAccessToken(
  key: SigningKey,
  claims: Omit<AccessClaims, 'endsAt'>,
  { issuer, now }: { issuer: string; now: number },
): string {
  const iat = Math.floor(now / 1000)
  const { userId, sessionId, roles, storeIds, version } = claims
  const payload = encode({
    iss: issuer,
    sub: userId,
    sid: sessionId,
    roles,
    ...(storeIds.length > 0 && { storeIds }),
    ver: version,
    iat,
    exp: iat + accessTokenLifeSeconds,
  })
  const body = `${headerOf(key.id)}.${payload}`
  return `${body}.${sign(null, Buffer.from(body), key.privateKey).toString('base64url')}`
}

const isText = (value: unknown): value is string => typeof value === 'string'

/** The last letter of a signature has four bits that say nothing; with others there it is not the token that was made. */
function hasOneSpelling(token: string): boolean {
  const signature = token.slice(token.lastIndexOf('.') + 1)
  return Buffer.from(signature, 'base64url').toString('base64url') === signature
}

/**
 * What a token says, or `undefined` when it is not one of ours, has ended, or was tampered with.
 * @throws Unavailable when its key has to be looked for and the database does not answer
 */
export async function readAccessToken(
  { keys, issuer, clock }: { keys: Pick<SigningKeys, 'publicKey'>; issuer: string; clock: Clock },
  token: string,
): Promise<AccessClaims | undefined> {
  if (token.length > longest || !hasOneSpelling(token)) return undefined
  try {
    const { payload } = await jwtVerify(
      token,
      async ({ kid }) => {
        const key = isText(kid) ? await keys.publicKey(kid) : undefined
        if (!key) throw new errors.JWKSNoMatchingKey()
        return key
      },
      {
        algorithms: ['EdDSA'],
        issuer,
        requiredClaims: ['sub', 'sid', 'exp', 'ver'],
        currentDate: new Date(clock.now()),
      },
    )
    const { sub, sid, roles, storeIds = [], ver, exp } = payload
    if (!isText(sub) || !isText(sid) || typeof ver !== 'number' || exp === undefined) return undefined
    if (!Array.isArray(roles) || !roles.every(isRole)) return undefined
    if (!Array.isArray(storeIds) || !storeIds.every(isText)) return undefined
    return { userId: sub, sessionId: sid, roles, storeIds, version: ver, endsAt: exp * 1000 }
  } catch (error) {
    if (error instanceof errors.JOSEError) return undefined
    throw error
  }
}
