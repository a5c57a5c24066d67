import { Type } from 'typebox'
import { nextCursor, pageQuery } from '../../platform/http/pagination.ts'
import { idOf, orNull, plainText } from '../../platform/http/shapes.ts'
import type { ListedFault } from './chunk-queries.ts'
import type { Import } from './import.ts'
import type { ImportReport } from './running-imports.ts'

const kind = Type.String({ pattern: '^[a-z][a-z-]{0,39}$', description: 'What its rows are, such as products.' })
const storeId = Type.Optional(idOf('sto', 'Of a file without a column that names the store.'))
const flag = (description: string) => Type.Optional(Type.String({ enum: ['true', 'false'], description }))

export const UploadQuery = Type.Object({
  kind,
  storeId,
  onFault: Type.Optional(
    Type.String({
      enum: ['stop', 'continue'],
      description:
        'With `stop`, which holds without it, a faulty row refuses the file. With `continue` it is left out.',
    }),
  ),
  dryRun: flag('Does everything and keeps nothing but the report.'),
  fileName: Type.Optional(plainText(200, 'What the file is called, for people.')),
})

export const ExportParams = Type.Object({ kind })
export const ExportQuery = Type.Object({
  storeId: Type.Optional(idOf('sto', 'Only what concerns this store.')),
  format: Type.Optional(Type.String({ enum: ['csv', 'jsonl'], description: 'CSV without it.' })),
})

export const ImportParams = Type.Object({ id: idOf('imp', 'Of the import.') })
export const ImportsQuery = Type.Object(pageQuery)

const FaultView = Type.Object(
  {
    line: Type.Integer({
      description: 'In the file, from 1; of a row over several lines the first. 0: the whole file.',
    }),
    column: orNull(Type.String({ description: 'null when it is the row as a whole.' })),
    reason: Type.String(),
  },
  { title: 'ImportFault' },
)

const view = {
  id: Type.String(),
  kind: Type.String(),
  format: Type.String({ enum: ['csv', 'jsonl'] }),
  onFault: Type.String({ enum: ['stop', 'continue'] }),
  isDryRun: Type.Boolean(),
  storeId: orNull(Type.String()),
  fileName: orNull(Type.String()),
  status: Type.String({
    enum: ['receiving', 'waiting', 'applying', 'done', 'refused', 'abandoned'],
    description: 'The last three are final. `refused` and `abandoned` have changed nothing.',
  }),
  rowsRead: Type.Integer(),
  rowsFaulty: Type.Integer(),
  faultsFound: Type.Integer({ description: 'All of them; the report keeps the first thousand.' }),
  rowsApplied: Type.Integer({ description: 'While `applying`: how far it is.' }),
  created: Type.Integer(),
  changed: Type.Integer(),
  unchanged: Type.Integer(),
  createdAt: Type.String({ format: 'date-time' }),
  finishedAt: orNull(Type.String({ format: 'date-time' })),
}

export const OneImport = Type.Object({
  success: Type.Literal(true),
  import: Type.Object(
    { ...view, faults: Type.Array(FaultView, { description: 'The first hundred.' }) },
    { title: 'ImportReport' },
  ),
})
export const TakenImport = Type.Object({ success: Type.Literal(true), import: Type.Object(view, { title: 'Import' }) })
export const Imports = Type.Object({
  success: Type.Literal(true),
  imports: Type.Array(Type.Object(view, { title: 'Import' })),
  nextCursor,
})
export const Faults = Type.Object({ success: Type.Literal(true), faults: Type.Array(FaultView), nextCursor })

export const Kinds = Type.Object({
  success: Type.Literal(true),
  kinds: Type.Array(
    Type.Object({
      name: Type.String(),
      columns: Type.Array(
        Type.Object({
          name: Type.String(),
          description: Type.String(),
          example: Type.String(),
          isRequired: Type.Boolean(),
        }),
      ),
    }),
  ),
})

export const toImportView = ({ scope, actorId, updatedAt, appliedAt, ...given }: Import) => ({
  ...given,
  storeId: scope.storeId ?? null,
  createdAt: given.createdAt.toISOString(),
  finishedAt: given.finishedAt?.toISOString() ?? null,
})

export const toFaultView = ({ line, column, reason }: Omit<ListedFault, 'number'>) => ({
  line,
  column: column ?? null,
  reason,
})

export const toReportView = ({ given, faults }: ImportReport) => ({
  ...toImportView(given),
  faults: faults.map(toFaultView),
})
