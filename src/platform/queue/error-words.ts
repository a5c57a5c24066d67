const mostWords = 200

/** Addresses; long texts with digits, which may be keys and tokens; numbers of four digits and more, the usual marks between them. */
const personal = [/\S+@\S+/g, /(?=[\w.-]*\d)[\w.-]{20,}/g, /\+?\d(?:[ ().-]?\d){3,}/g]

/**
 * An error in words that a log and a dead letter may hold: whatever could be somebody's address, number, code or token
 * is taken out of its message.
 */
export function errorWords(error: unknown): string {
  if (!(error instanceof Error)) return 'something that is not an error was thrown'
  const { name, message } = error
  const code = (error as NodeJS.ErrnoException).code
  const firstLine = message.split('\n', 1)[0] ?? ''
  const words = personal.reduce((text, pattern) => text.replace(pattern, '[…]'), firstLine)
  return `${name}${code === undefined ? '' : ` ${code}`}: ${words}`.slice(0, mostWords)
}

/** Where in our own source an error was thrown, such as `modules/orders/place-order.ts:31:9`. */
export function errorPlace(error: unknown): string | undefined {
  const frames = ((error as Error | undefined)?.stack ?? '').matchAll(/^\s+at .*\/src\/([\w./-]+:\d+:\d+)\)?$/gm)
  return [...frames].map(([, place]) => place).find((place) => !place?.startsWith('platform/queue/'))
}
