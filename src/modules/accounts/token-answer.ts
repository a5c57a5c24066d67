import { accessTokenLifeSeconds, signAccessToken } from './access-token.ts'
import type { SessionUser } from './session-queries.ts'
import type { SigningKeys } from './signing-keys.ts'

/** The tokens of a session, as a client gets them. Lives in seconds. */
export interface TokenAnswer {
  accessToken: string
  accessTokenExpiresIn: number
  refreshToken: string
  refreshTokenExpiresIn: number
}

export interface TokenMaker {
  signingKeys: Pick<SigningKeys, 'current'>
  issuer: string
  refreshLifeSeconds: number
}

/** A fresh access token for a user as just read, beside the session's refresh token. */
export const tokenAnswer = (
  { signingKeys, issuer, refreshLifeSeconds }: TokenMaker,
  { id, roles, storeIds, version }: Pick<SessionUser, 'id' | 'roles' | 'storeIds' | 'version'>,
  { sessionId, refreshToken, now }: { sessionId: string; refreshToken: string; now: number },
): TokenAnswer => ({
  accessToken: signAccessToken(
    signingKeys.current(),
    { userId: id, sessionId, roles, storeIds, version },
    { issuer, now },
  ),
  accessTokenExpiresIn: accessTokenLifeSeconds,
  refreshToken,
  refreshTokenExpiresIn: refreshLifeSeconds,
})
