import { Type } from 'typebox'

const mark = 'x-needed'

/**
 * A header that a route cannot do without, and whose absence it answers with a problem of its own: to the schema it is optional,
 * in the description of the API required.
 */
export const neededHeader = (options: { description: string; maxLength?: number }) =>
  Type.Optional(Type.String({ ...options, [mark]: true }))

interface ParametersSchema {
  properties?: Record<string, object>
  required?: string[]
}

/** The schema of a route's headers as it is described. */
export function describeHeaders(headers: ParametersSchema): ParametersSchema {
  const { properties = {}, required = [] } = headers
  const needed = Object.keys(properties).filter((name) => mark in (properties[name] ?? {}))
  const described = Object.entries(properties).map(([name, header]) => [name, { ...header, [mark]: undefined }])
  return { ...headers, properties: Object.fromEntries(described), required: [...required, ...needed] }
}

/** What is a number wherever it is asked for. To the schemas a query string is text. */
const numbers: Readonly<Record<string, object>> = {
  limit: { type: 'integer', minimum: 1 },
  lat: { type: 'number', minimum: -90, maximum: 90 },
  lng: { type: 'number', minimum: -180, maximum: 180 },
}

interface TextSchema {
  description?: string
  enum?: string[]
}

function describeText(name: string, schema: TextSchema): object {
  const { description, enum: values } = schema
  const isFlag = values?.length === 2 && values.includes('true') && values.includes('false')
  const shape = isFlag ? { type: 'boolean' } : numbers[name]
  return shape ? { ...shape, ...(description !== undefined && { description }) } : schema
}

/** The schema of a route's query string as it is described: with the numbers and flags that clients write there as text. */
export function describeQuery(query: ParametersSchema): ParametersSchema {
  const described = Object.entries(query.properties ?? {}).map(([name, each]) => [name, describeText(name, each)])
  return { ...query, properties: Object.fromEntries(described) }
}
