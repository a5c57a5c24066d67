/** What the rule for names cannot know. */
export interface OperationWords {
  /** What is done to something by a `POST` to it and this word: `cancellation` is to `cancel`. */
  verbs: Readonly<Record<string, string>>
  /** Names of operations that the rule would name badly, by method and path: `GET /api/stores/{storeId}/stock`. */
  names: Readonly<Record<string, string>>
}

const capital = (word: string): string => word.charAt(0).toUpperCase() + word.slice(1)
const camelCase = (segment: string): string =>
  segment
    .split(/[^a-zA-Z0-9]+/)
    .map((word, at) => (at === 0 ? word : capital(word)))
    .join('')
const singular = (noun: string): string =>
  noun
    .replace(/ies$/, 'y')
    .replace(/sses$/, 'ss')
    .replace(/([^su])s$/, '$1')
const isPlural = (noun: string): boolean => singular(noun) !== noun
const isParameter = (segment: string): boolean => segment.startsWith('{')

const verbs: Readonly<Record<string, string>> = { get: 'get', put: 'set', patch: 'update', delete: 'delete' }

/** Of the path without what all have in common and what names nothing. */
function nounsIn(path: string): string[] {
  const nouns = path
    .split('/')
    .filter((segment) => segment !== '' && segment !== 'api' && segment !== 'auth' && !isParameter(segment))
  return nouns[0] === 'me' && nouns.length > 1 ? ['my', ...nouns.slice(1)] : nouns
}

/**
 * The name of an operation: `GET /api/orders` is `listOrders`, `GET /api/orders/{id}` is `getOrder`, `POST /api/orders` is
 * `createOrder`, `POST /api/orders/{id}/cancellation` is `cancelOrder`, `POST /api/send-otp` is `sendOtp`.
 */
function nameOf(method: string, path: string, words: OperationWords): string {
  const named = words.names[`${method.toUpperCase()} ${path}`]
  if (named !== undefined) return named
  const nouns = nounsIn(path)
  const last = nouns.pop() ?? ''
  const owners = nouns.map((noun) => capital(camelCase(singular(noun)))).join('')
  const isOfOne = isParameter(path.split('/').at(-1) ?? '')
  if (method === 'post' && !isOfOne && !isPlural(last)) return (words.verbs[last] ?? camelCase(last)) + owners
  const verb = method === 'get' && !isOfOne && isPlural(last) ? 'list' : (verbs[method] ?? 'create')
  const noun = isOfOne || method === 'post' ? singular(last) : last
  return verb + owners + capital(camelCase(noun))
}

/**
 * Gives each operation of an OpenAPI description its `operationId`, which generated clients call its function by. It follows
 * from method and path, so that it changes with them only.
 *
 * @throws Error when two operations would have one name
 */
export function nameOperations<T extends { paths?: object | undefined }>(document: T, words: OperationWords): T {
  const taken = new Map<string, string>()
  const named = (method: string, path: string, operation: object): object => {
    const operationId = nameOf(method, path, words)
    const place = `${method.toUpperCase()} ${path}`
    const other = taken.get(operationId)
    if (other !== undefined) throw new Error(`${other} and ${place} are both named ${operationId}.`)
    taken.set(operationId, place)
    return { operationId, ...operation }
  }
  const paths = Object.entries(document.paths ?? {}).map(([path, operations]) => [
    path,
    Object.fromEntries(
      Object.entries<object>(operations).map(([method, operation]) => [method, named(method, path, operation)]),
    ),
  ])
  return { ...document, paths: Object.fromEntries(paths) }
}
