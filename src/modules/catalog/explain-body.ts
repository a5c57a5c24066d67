import type { TSchema } from 'typebox'
import { explainBodyAs } from '../../platform/http/explain-body.ts'
import { catalogProblems } from './catalog-problems.ts'

/** What is wrong with a body, a sentence for each field: `variants/0/mrpPaise must be >= 1`. */
export const explainBody = (schema: TSchema) => explainBodyAs(catalogProblems.invalid, schema)
