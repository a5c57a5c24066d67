import { type TSchema, Type } from 'typebox'

/** A field that may be left out, or be null. */
const orNothing = <T extends TSchema>(schema: T) => Type.Optional(Type.Union([schema, Type.Null()]))

const phoneNumber = Type.String({
  minLength: 1,
  description:
    'Mobile number: ten digits, or with 0, 91, +91 or 0091 before them. Spaces, hyphens, dots and brackets are ignored.',
  examples: ['9876543210'],
})

const challengeId = Type.String({ maxLength: 64, description: 'Handle of the sign-in attempt, from send-otp.' })

export const SendCodeBody = Type.Object({
  phoneNumber,
  locale: orNothing(Type.String({ enum: ['en', 'hi'], description: 'Language of the SMS.' })),
  client: orNothing(
    Type.String({
      enum: ['web', 'android', 'ios'],
      description: 'Where the code will be entered, so that the device can fill it in. Default `web`.',
    }),
  ),
})

export const CodeSent = Type.Object(
  {
    success: Type.Literal(true),
    message: Type.String(),
    provider: Type.String({ description: '`twilio`, `fast2sms`, or `development`.' }),
    challengeId,
    expiresIn: Type.Integer({ description: 'Seconds until the code ends.' }),
    retryAfter: Type.Integer({ description: 'Seconds until another code may be asked for.' }),
    sid: Type.Optional(Type.String({ description: 'The id that Twilio gave the message.' })),
    development_mode: Type.Optional(Type.Boolean({ description: 'In development only: `otp` holds the code.' })),
    otp: Type.Optional(Type.String()),
  },
  { description: 'A code is on its way, from now or from a moment ago.' },
)

export const VerifyCodeBody = Type.Object({
  phoneNumber,
  otp: Type.Union([Type.String({ minLength: 1 }), Type.Integer({ minimum: 1, maximum: 999_999 })], {
    description: 'The six digits. White space around them is ignored; a number is filled up with zeros on the left.',
    examples: ['123456'],
  }),
  challengeId: orNothing(challengeId),
})

export const CodeVerified = Type.Object({ success: Type.Literal(true), message: Type.String() })

export const StatusParams = Type.Object({ phone: Type.String() })
export const StatusQuery = Type.Object({ challengeId: Type.Optional(challengeId) })

export const CodeStatus = Type.Object({
  success: Type.Literal(true),
  data: Type.Object({
    exists: Type.Boolean(),
    expires_in: Type.Integer({ description: 'Whole seconds left.' }),
    delivery: Type.Optional(
      Type.String({
        enum: ['queued', 'sent', 'delivered', 'failed'],
        description: 'Only for the holder of the challenge id.',
      }),
    ),
  }),
})

/** The same value for all tries of one request makes it happen once. */
export const IdempotencyHeaders = Type.Object({
  'idempotency-key': Type.Optional(Type.String({ minLength: 1, maxLength: 255 })),
})
