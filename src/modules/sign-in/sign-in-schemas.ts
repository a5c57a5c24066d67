import { type TSchema, Type } from 'typebox'
import { plainText } from '../../platform/http/shapes.ts'
import { OwnUser, tokenFields } from '../accounts/index.ts'

/** A field that may be left out, or be null. */
const orNothing = <T extends TSchema>(schema: T) => Type.Optional(Type.Union([schema, Type.Null()]))

const phoneNumber = Type.String({
  minLength: 1,
  description:
    'Mobile number: ten digits, or with 0, 91, +91 or 0091 before them. Spaces, hyphens, dots and brackets are ignored.',
  examples: ['9876543210'],
})

const email = Type.String({
  minLength: 1,
  maxLength: 600,
  description: 'E-mail address, in the place of the phone number.',
  examples: ['asha@example.com'],
})

const challengeId = Type.String({
  maxLength: 64,
  pattern: '^[\\w-]*$',
  description: 'Handle of the sign-in attempt, from send-otp.',
})

export const SendCodeBody = Type.Object({
  phoneNumber: Type.Optional(phoneNumber),
  email: Type.Optional(email),
  locale: orNothing(Type.String({ enum: ['en', 'hi'], description: 'Language of the message.' })),
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
    provider: Type.String({
      description: 'Who carries it: `twilio`, `fast2sms`, `smtp`, `sendgrid`, or `development`.',
    }),
    challengeId,
    expiresIn: Type.Integer({ description: 'Seconds until the code ends.' }),
    retryAfter: Type.Integer({ description: 'Seconds until another code may be asked for.' }),
    sid: Type.Optional(Type.String({ description: 'The id that Twilio gave the message.' })),
    development_mode: Type.Optional(Type.Boolean({ description: 'In development only: `otp` holds the code.' })),
    otp: Type.Optional(Type.String()),
  },
  { title: 'CodeSent', description: 'A code is on its way, from now or from a moment ago.' },
)

const Device = Type.Object({
  id: Type.Optional(
    Type.String({
      minLength: 16,
      maxLength: 64,
      description: 'Made by the client once and kept: tells the person which of the devices this is.',
    }),
  ),
  name: Type.Optional(plainText(80, 'As the person knows it.')),
  platform: Type.Optional(Type.Unsafe<'web' | 'android' | 'ios'>(Type.String({ enum: ['web', 'android', 'ios'] }))),
})

export const VerifyCodeBody = Type.Object({
  phoneNumber: Type.Optional(phoneNumber),
  email: Type.Optional(email),
  otp: Type.Union([Type.String({ minLength: 1 }), Type.Integer({ minimum: 1, maximum: 999_999 })], {
    description: 'The six digits. White space around them is ignored; a number is filled up with zeros on the left.',
    examples: ['123456'],
  }),
  challengeId: orNothing(challengeId),
  device: orNothing(Device),
  cookies: orNothing(
    Type.Boolean({ description: 'Put the tokens into httpOnly cookies, where the server has that switched on.' }),
  ),
})

export const SignedIn = Type.Object(
  {
    success: Type.Literal(true),
    message: Type.String(),
    ...tokenFields,
    user: OwnUser,
    isNewUser: Type.Boolean(),
  },
  { title: 'SignedIn' },
)

export const StatusParams = Type.Object({ phone: Type.String() })
export const StatusQuery = Type.Object({ challengeId: Type.Optional(challengeId) })

export const CodeStatus = Type.Object(
  {
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
  },
  { title: 'CodeStatus' },
)

/** The same value for all tries of one request makes it happen once. */
export const IdempotencyHeaders = Type.Object({
  'idempotency-key': Type.Optional(Type.String({ minLength: 1, maxLength: 255 })),
})
