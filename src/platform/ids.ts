import { randomFillSync } from 'node:crypto'

/** Asking the operating system costs some 4 µs whatever the amount, so it is asked for many bytes at once. */
const pool = Buffer.alloc(4096)
let used = pool.length

/** Unguessable bytes from the operating system's generator; each is handed out once. */
export function randomSecret(byteLength: number): Buffer {
  if (used + byteLength > pool.length) {
    randomFillSync(pool)
    used = 0
  }
  const bytes = Buffer.from(pool.subarray(used, used + byteLength))
  pool.fill(0, used, used + byteLength)
  used += byteLength
  return bytes
}

const alphabet = Buffer.from('0123456789abcdefghjkmnpqrstvwxyz')
const longestId = 64
const text = Buffer.alloc(longestId)

/**
 * Writes 16 bytes as the 26 characters of a TypeID: two zero bits and the 128, five at a time. Into bytes, because a
 * string that is put together piece by piece keeps all its pieces: 500 bytes for each id that is kept.
 */
function encode(bytes: Buffer, start: number): number {
  let at = start
  let value = 0
  let bits = 2
  for (const byte of bytes) {
    value = (value << 8) | byte
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
  const bytes = randomSecret(16)
  bytes.writeUIntBE(Date.now(), 0, 6)
  bytes[6] = 0x70 | ((bytes[6] as number) & 0x0f)
  bytes[8] = 0x80 | ((bytes[8] as number) & 0x3f)
  const start = text.write(`${prefix}_`, 'latin1')
  return text.toString('latin1', 0, encode(bytes, start))
}
