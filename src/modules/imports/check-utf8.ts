import { isUtf8 } from 'node:buffer'
import { Unreadable } from './unreadable.ts'

const newline = 0x0a

/** How many bytes at the end begin a character that is not whole yet. */
function unfinished(bytes: Buffer): number {
  for (let back = 1; back <= Math.min(3, bytes.length); back += 1) {
    const byte = bytes[bytes.length - back] as number
    if (byte < 0x80) return 0
    if (byte < 0xc0) continue
    const length = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : 2
    return length > back ? back : 0
  }
  return 0
}

function countLines(bytes: Buffer): number {
  let count = 0
  for (let at = bytes.indexOf(newline); at !== -1; at = bytes.indexOf(newline, at + 1)) count += 1
  return count
}

/** The number of lines before the one with bytes that are no text. */
function linesBeforeFault(bytes: Buffer): number {
  let lines = 0
  let start = 0
  for (let end = bytes.indexOf(newline); end !== -1; end = bytes.indexOf(newline, start)) {
    if (!isUtf8(bytes.subarray(start, end))) return lines
    lines += 1
    start = end + 1
  }
  return lines
}

/** Lets bytes through that are UTF-8, never half a character at an end. @throws Unreadable at the line of the first others */
export async function* checkUtf8(source: AsyncIterable<Uint8Array>): AsyncGenerator<Buffer> {
  let lines = 0
  let rest = Buffer.alloc(0)
  const check = (bytes: Buffer): Buffer => {
    if (isUtf8(bytes)) return bytes
    const line = lines + linesBeforeFault(bytes) + 1
    const reason = 'there are bytes that are not UTF-8: save the file as UTF-8 (in Excel: CSV UTF-8)'
    throw new Unreadable({ line, reason })
  }
  for await (const piece of source) {
    const bytes = Buffer.concat([rest, piece])
    const whole = check(bytes.subarray(0, bytes.length - unfinished(bytes)))
    rest = Buffer.from(bytes.subarray(whole.length))
    lines += countLines(whole)
    if (whole.length > 0) yield whole
  }
  if (rest.length > 0) yield check(rest)
}
