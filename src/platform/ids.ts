import { randomFillSync } from 'node:crypto'

/** Asking the operating system costs some 4 µs whatever the amount, so it is asked for many bytes at once. */
const pool = Buffer.alloc(4096)
let used = pool.length

/** Takes bytes of the pool that nobody had. They begin here, and are to be wiped when they are read. */
function take(byteLength: number): number {
  if (used + byteLength > pool.length) {
    randomFillSync(pool)
    used = 0
  }
  used += byteLength
  return used - byteLength
}

/** Unguessable bytes from the operating system's generator; each is handed out once. */
export function randomSecret(byteLength: number): Buffer {
  const start = take(byteLength)
  const bytes = Buffer.from(pool.subarray(start, used))
  pool.fill(0, start, used)
  return bytes
}

const alphabet = Buffer.from('0123456789abcdefghjkmnpqrstvwxyz')
const longestId = 64
const idBytes = 16
const text = Buffer.alloc(longestId)

/**
 * Writes 16 bytes of the pool as the 26 characters of a TypeID: two zero bits and the 128, five at a time. Into bytes, because
 * a string that is put together piece by piece keeps all its pieces: 500 bytes for each id that is kept.
 */
function encode(first: number, start: number): number {
  let at = start
  let value = 0
  let bits = 2
  for (let next = first; next < first + idBytes; next += 1) {
    value = (value << 8) | (pool[next] as number)
    bits += 8
    while (bits >= 5) {
      bits -= 5
      text[at] = alphabet[(value >>> bits) & 31] as number
      at += 1
      value &= (1 << bits) - 1
    }
  }
  return at
}

/**
 * A prefixed, time-ordered, globally unique id: `req_01h455vb4pex5vsknk084sn02q`, a TypeID over a UUIDv7. 74 of its
 * bits are random.
 * @see https://github.com/jetify-com/typeid
 */
export function newId(prefix: string): string {
  const first = take(idBytes)
  pool.writeUIntBE(Date.now(), first, 6)
  pool[first + 6] = 0x70 | ((pool[first + 6] as number) & 0x0f)
  pool[first + 8] = 0x80 | ((pool[first + 8] as number) & 0x3f)
  const end = encode(first, text.write(`${prefix}_`, 'latin1'))
  pool.fill(0, first, used)
  return text.toString('latin1', 0, end)
}
