import { Type } from 'typebox'
import { plainText } from '../../platform/http/shapes.ts'

const SynonymShape = Type.Object({ term: Type.String(), meanings: Type.Array(Type.String()) }, { title: 'Synonym' })

export const SynonymBody = Type.Object(
  {
    meanings: Type.Array(plainText(40, 'Words in the place of the term, 1 to 40 characters.'), {
      minItems: 1,
      maxItems: 8,
      examples: [['milk']],
    }),
  },
  { additionalProperties: false },
)
export const OneSynonym = Type.Object({ success: Type.Literal(true), synonym: SynonymShape })
export const Synonyms = Type.Object({ success: Type.Literal(true), synonyms: Type.Array(SynonymShape) })
export const SynonymParams = Type.Object({ term: plainText(80, 'As people type it, such as doodh.') })
