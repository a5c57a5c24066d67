import { Type } from 'typebox'
import { orNull, plainText } from '../../platform/http/shapes.ts'
import { roles } from './permissions.ts'

const locale = Type.String({ enum: ['en', 'hi'], description: 'Language of what we write to you.' })
const otp = Type.Union([Type.String({ minLength: 1, maxLength: 40 }), Type.Integer({ minimum: 0, maximum: 999_999 })], {
  description: 'The six digits, asked for by POST /api/send-otp.',
})
const challengeId = Type.String({
  maxLength: 64,
  pattern: '^[\\w-]*$',
  description: 'Handle of the attempt, from send-otp.',
})

export const userFields = {
  id: Type.String(),
  phone: orNull(Type.String()),
  email: orNull(Type.String()),
  name: orNull(Type.String()),
  locale: orNull(Type.String()),
  roles: Type.Array(Type.String({ enum: [...roles] })),
  storeIds: Type.Array(Type.String()),
  createdAt: Type.String({ format: 'date-time' }),
}

export const OwnUser = Type.Object(userFields, { title: 'User' })

export const Me = Type.Object({ success: Type.Literal(true), user: OwnUser })

export const ProfileBody = Type.Object(
  {
    name: Type.Optional(orNull(plainText(80, 'Null takes it away.'))),
    locale: Type.Optional(orNull(locale)),
  },
  { additionalProperties: false },
)

export const CodeBody = Type.Object({ otp, challengeId: Type.Optional(challengeId) }, { additionalProperties: false })

const current = (description: string) => Type.Object({ otp, challengeId: Type.Optional(challengeId) }, { description })

export const EmailBody = Type.Object(
  {
    email: Type.String({ minLength: 1, maxLength: 600 }),
    otp,
    challengeId: Type.Optional(challengeId),
    current: Type.Optional(
      current(
        'Where an address is replaced: the code for the number, or for the present address of an account without one.',
      ),
    ),
  },
  { additionalProperties: false },
)

export const PhoneBody = Type.Object(
  {
    phoneNumber: Type.String({ minLength: 1, maxLength: 100, description: 'The new number.' }),
    otp,
    challengeId: Type.Optional(challengeId),
    current: current('The code for the number so far; for the e-mail address of an account without a number.'),
  },
  { additionalProperties: false },
)

const time = Type.String({ format: 'date-time' })

export const Devices = Type.Object({
  success: Type.Literal(true),
  devices: Type.Array(
    Type.Object(
      {
        id: Type.String(),
        name: orNull(Type.String()),
        platform: orNull(Type.String()),
        createdAt: time,
        lastSeenAt: time,
        sessionCount: Type.Integer({ description: 'Sessions that live on it.' }),
      },
      { title: 'Device' },
    ),
  ),
})
