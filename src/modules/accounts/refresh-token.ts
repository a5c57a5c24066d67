import { createHmac, hash, type KeyObject, timingSafeEqual } from 'node:crypto'
import { randomSecret } from '../../platform/ids.ts'

/** What a refresh token says to whoever has the key. */
export interface RefreshToken {
  sessionId: string
  /** 1 for the first of its session; each refresh makes the next. */
  generation: number
  /** Made once for each session and kept by its tokens only, so that the key alone makes no token. */
  salt: string
}

export interface RefreshTokens {
  /** The token of these parts, always the same one: who refreshes twice at once gets one successor. */
  issue(token: RefreshToken): string
  /** The same under the key before the last rotation of `SECRET_KEY`, if there is one. */
  issueAsBefore(token: RefreshToken): string | undefined
  /** What a token says, when it was made with one of the keys. Asks no database. */
  read(text: string): RefreshToken | undefined
}

const form = /^(ses_[0-7][0-9a-hjkmnp-tv-z]{25})\.([1-9]\d{0,8})\.([\w-]{22})\.([\w-]{22})$/

const seal = (key: KeyObject, body: string): string =>
  createHmac('sha256', key).update(body).digest().toString('base64url', 0, 16)

const write = (key: KeyObject, { sessionId, generation, salt }: RefreshToken): string => {
  const body = `${sessionId}.${generation}.${salt}`
  return `${body}.${seal(key, body)}`
}

export function createRefreshTokens(key: KeyObject, previousKey?: KeyObject): RefreshTokens {
  const keys = previousKey ? [key, previousKey] : [key]
  return {
    issue: (token) => write(key, token),
    issueAsBefore: (token) => previousKey && write(previousKey, token),
    read(text) {
      const [, sessionId = '', generation, salt = ''] = form.exec(text) ?? []
      if (generation === undefined) return undefined
      const token = { sessionId, generation: Number(generation), salt }
      // Texts are compared, not bytes: two texts of base64 can stand for the same bytes.
      const isOurs = keys.some((each) => timingSafeEqual(Buffer.from(text), Buffer.from(write(each, token))))
      return isOurs ? token : undefined
    },
  }
}

export const newSalt = (): string => randomSecret(16).toString('base64url')

/** What rests in the database of a refresh token. */
export const digestOf = (token: string): Buffer => hash('sha256', token, 'buffer')
