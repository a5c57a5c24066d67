import { Type } from 'typebox'
import { nextCursor, pageQuery } from '../../platform/http/pagination.ts'
import { idOf, orNull } from '../../platform/http/shapes.ts'
import { auditKinds } from './audit.ts'

export const AuditQuery = Type.Object({
  userId: Type.Optional(idOf('usr', 'Whom it happened to.')),
  kind: Type.Optional(Type.String({ enum: [...auditKinds] })),
  ...pageQuery,
})

export const AuditEvents = Type.Object({
  success: Type.Literal(true),
  events: Type.Array(
    Type.Object(
      {
        id: Type.String(),
        at: Type.String({ format: 'date-time' }),
        kind: Type.String(),
        userId: orNull(Type.String()),
        actorId: orNull(Type.String({ description: 'Who did it, where that is somebody else.' })),
        source: orNull(Type.String({ description: 'The client address as a keyed hash: the same for the same one.' })),
        details: Type.Object({}, { additionalProperties: true }),
      },
      { title: 'AuditEvent' },
    ),
  ),
  nextCursor,
})
