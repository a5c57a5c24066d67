import { isDeepStrictEqual } from 'node:util'

type Json = null | boolean | number | string | Json[] | JsonObject
interface JsonObject {
  [key: string]: Json
}

const isObject = (value: Json): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const isSchema = (value: JsonObject): value is JsonObject & { title: string } =>
  typeof value['title'] === 'string' && ('type' in value || 'anyOf' in value)

/** A schema that was met, and all that refers to it. */
interface Named {
  shape: JsonObject
  places: { reference: JsonObject; description: Json | undefined }[]
}

/** What every place says of it belongs to the schema; anything else is said where it holds. */
function toComponent({ shape, places }: Named): JsonObject {
  const [first] = places
  const description = first?.description
  if (description !== undefined && places.every((place) => place.description === description))
    return { description, ...shape }
  for (const place of places) if (place.description !== undefined) place.reference['description'] = place.description
  return shape
}

/**
 * Has each schema with a title stand once in an OpenAPI description, among its components and under that title; everywhere
 * else refers to it, so that generated clients have names for their types.
 *
 * @throws Error when two schemas of one title differ in more than their descriptions
 */
export function nameSchemas<T extends { paths?: object | undefined; components?: object | undefined }>(document: T): T {
  const all = new Map<string, Named>()

  function refer({ title, description, ...shape }: JsonObject & { title: string }): Json {
    const named = all.get(title) ?? { shape, places: [] }
    all.set(title, named)
    if (!isDeepStrictEqual(shape, named.shape)) throw new Error(`There are two schemas with the title ${title}.`)
    const reference = { $ref: `#/components/schemas/${title}` }
    named.places.push({ reference, description })
    return reference
  }

  function visit(value: Json): Json {
    if (Array.isArray(value)) return value.map(visit)
    if (!isObject(value)) return value
    const visited = Object.fromEntries(Object.entries(value).map(([key, each]) => [key, visit(each)]))
    return isSchema(visited) ? refer(visited) : visited
  }

  const paths = visit(JSON.parse(JSON.stringify(document.paths ?? {})))
  const sorted = [...all].sort(([one], [other]) => (one < other ? -1 : 1))
  const schemas = Object.fromEntries(sorted.map(([title, named]) => [title, toComponent(named)]))
  return { ...document, paths, components: { ...document.components, schemas } }
}
