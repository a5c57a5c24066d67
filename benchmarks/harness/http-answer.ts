/** An answer whose body nobody has read. */
export interface RawAnswer {
  status: number
  /** Status line and headers as they came. */
  head: string
  bytes: Buffer
}

export interface Answer extends Omit<RawAnswer, 'bytes'> {
  /** The parsed JSON body. */
  body: Record<string, unknown>
}

const headEnd = Buffer.from('\r\n\r\n')
const lineEnd = Buffer.from('\r\n')
const contentLength = /\r\ncontent-length: *(\d+)/i
const isChunked = /\r\ntransfer-encoding: *chunked/i

interface Body {
  bytes: Buffer
  /** Where it ended. */
  end: number
}

/** A body that comes in chunks; `undefined` while some of it is missing. Trailers are not known. */
function takeChunks(received: Buffer, start: number): Body | undefined {
  const chunks: Buffer[] = []
  for (let at = start; ; ) {
    const sizeEnd = received.indexOf(lineEnd, at)
    if (sizeEnd < 0) return undefined
    const size = Number.parseInt(received.toString('latin1', at, sizeEnd), 16)
    if (!(size >= 0)) throw new Error('a chunk does not state its size')
    const chunkStart = sizeEnd + lineEnd.length
    const chunkEnd = chunkStart + size
    at = chunkEnd + lineEnd.length
    if (received.length < at) return undefined
    if (size === 0) return { bytes: Buffer.concat(chunks), end: at }
    chunks.push(received.subarray(chunkStart, chunkEnd))
  }
}

const isEmpty = /^HTTP\/1\.1 (?:204|304) /

function takeBody(received: Buffer, start: number, head: string): Body | undefined {
  if (isEmpty.test(head)) return { bytes: received.subarray(start, start), end: start }
  const length = contentLength.exec(head)?.[1]
  if (length !== undefined) {
    const end = start + Number(length)
    return received.length < end ? undefined : { bytes: received.subarray(start, end), end }
  }
  if (isChunked.test(head)) return takeChunks(received, start)
  throw new Error('the answer does not state its length')
}

/** The answer in these bytes; `undefined` while some are missing. @throws for any other than a whole one */
export function takeAnswer(received: Buffer): RawAnswer | undefined {
  const bodyStart = received.indexOf(headEnd) + headEnd.length
  if (bodyStart < headEnd.length) return undefined
  const head = received.toString('latin1', 0, bodyStart)
  const taken = takeBody(received, bodyStart, head)
  if (!taken) return undefined
  if (received.length > taken.end) throw new Error('more bytes came than the answer has')
  return { status: Number(head.slice(9, 12)), head, bytes: taken.bytes }
}

/** @throws for a body that is no JSON; none is an empty object */
export const parseAnswer = ({ bytes, ...answer }: RawAnswer): Answer => ({
  ...answer,
  body: bytes.length === 0 ? {} : (JSON.parse(bytes.toString('utf8')) as Answer['body']),
})
