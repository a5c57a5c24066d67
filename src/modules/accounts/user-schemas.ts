import { Type } from 'typebox'
import { nextCursor, pageQuery } from '../../platform/http/pagination.ts'
import { idOf, orNull, plainText } from '../../platform/http/shapes.ts'
import { userFields } from './me-schemas.ts'
import { roles } from './permissions.ts'

const role = Type.String({ enum: [...roles] })

const UserForAdmin = Type.Object(
  {
    ...userFields,
    lastActiveAt: Type.String({
      format: 'date-time',
      description: 'The last sign-in, or the day of the last refresh.',
    }),
    blocked: orNull(Type.Object({ at: Type.String({ format: 'date-time' }), reason: orNull(Type.String()) })),
  },
  { title: 'UserForAdmin' },
)

export const UsersQuery = Type.Object({
  search: Type.Optional(
    Type.String({
      maxLength: 254,
      pattern: '^[^\\p{Cc}]*$',
      description: 'A phone number, or the beginning of a name or e-mail address.',
    }),
  ),
  role: Type.Optional(role),
  ...pageQuery,
})

export const Users = Type.Object({ success: Type.Literal(true), users: Type.Array(UserForAdmin), nextCursor })
export const OneUser = Type.Object({ success: Type.Literal(true), user: UserForAdmin })
export const UserParams = Type.Object({ id: idOf('usr', 'Of the user.') })

export const ChangeUserBody = Type.Object(
  {
    roles: Type.Optional(Type.Array(role, { minItems: 1, uniqueItems: true })),
    storeIds: Type.Optional(
      Type.Array(Type.String({ pattern: '^[A-Za-z0-9_-]{1,40}$' }), { maxItems: 20, uniqueItems: true }),
    ),
    blocked: Type.Optional(
      orNull(Type.Object({ reason: plainText(200, 'Shown to admins.') }, { description: 'Null ends the block.' })),
    ),
  },
  { additionalProperties: false, minProperties: 1 },
)
