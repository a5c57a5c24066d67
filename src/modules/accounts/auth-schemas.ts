import { Type } from 'typebox'
import { idOf } from '../../platform/http/shapes.ts'

const refreshToken = Type.String({ minLength: 1, maxLength: 200 })

/** The tokens of a session in an answer; left out where they travel in cookies. */
export const tokenFields = {
  accessToken: Type.Optional(
    Type.String({ description: 'For `Authorization: Bearer`. A JWT; its keys are at /.well-known/jwks.json.' }),
  ),
  accessTokenExpiresIn: Type.Integer({ description: 'Seconds.' }),
  refreshToken: Type.Optional(Type.String({ description: 'For POST /api/auth/refresh, once.' })),
  refreshTokenExpiresIn: Type.Integer({ description: 'Seconds; each refresh begins them anew.' }),
}

export const RefreshBody = Type.Object({
  refreshToken: Type.Optional(refreshToken),
})

export const Refreshed = Type.Object({ success: Type.Literal(true), ...tokenFields })

const textOrNull = Type.Union([Type.String(), Type.Null()])
const time = Type.String({ format: 'date-time' })

export const Sessions = Type.Object({
  success: Type.Literal(true),
  sessions: Type.Array(
    Type.Object(
      {
        id: Type.String(),
        deviceId: Type.String(),
        deviceName: textOrNull,
        platform: textOrNull,
        userAgent: textOrNull,
        createdAt: time,
        lastUsedAt: time,
        expiresAt: time,
        isCurrent: Type.Boolean({ description: 'The session of this request.' }),
      },
      { title: 'Session' },
    ),
  ),
})

export const SessionParams = Type.Object({ id: idOf('ses', 'Of the session.') })

export const EndSessionsQuery = Type.Object({
  all: Type.Optional(
    Type.String({ enum: ['true', 'false'], description: '`true` ends the session of this request as well.' }),
  ),
})

export const SessionsEnded = Type.Object({
  success: Type.Literal(true),
  ended: Type.Integer({ description: 'Sessions that ended now.' }),
})

export const Jwks = Type.Object({
  keys: Type.Array(
    Type.Object({
      kid: Type.String(),
      kty: Type.String(),
      crv: Type.String(),
      x: Type.String(),
      alg: Type.String(),
      use: Type.String(),
    }),
  ),
})
