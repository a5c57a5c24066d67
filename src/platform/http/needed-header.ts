import { Type } from 'typebox'

const mark = 'x-needed'

/**
 * A header that a route cannot do without, and whose absence it answers with a problem of its own: to the schema it is optional,
 * in the description of the API required.
 */
export const neededHeader = (options: { description: string; maxLength?: number }) =>
  Type.Optional(Type.String({ ...options, [mark]: true }))

interface HeadersSchema {
  properties?: Record<string, object>
  required?: string[]
}

/** The schema of a route's headers as it is described. */
export function describeHeaders(headers: HeadersSchema): HeadersSchema {
  const { properties = {}, required = [] } = headers
  const needed = Object.keys(properties).filter((name) => mark in (properties[name] ?? {}))
  const described = Object.entries(properties).map(([name, header]) => [name, { ...header, [mark]: undefined }])
  return { ...headers, properties: Object.fromEntries(described), required: [...required, ...needed] }
}
