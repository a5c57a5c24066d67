import { once } from 'node:events'
import { connect, type Socket } from 'node:net'

export interface Answer {
  status: number
  /** The parsed JSON body. */
  body: Record<string, unknown>
}

interface Waiting {
  resolve(answer: Answer): void
  reject(error: Error): void
}

const headEnd = Buffer.from('\r\n\r\n')
const contentLength = /\r\ncontent-length: *(\d+)/i
const nothing = Buffer.alloc(0)

/** The answer in these bytes; `undefined` while some are missing. @throws for any other than a whole one */
function takeAnswer(received: Buffer): Answer | undefined {
  const bodyStart = received.indexOf(headEnd) + headEnd.length
  if (bodyStart < headEnd.length) return undefined
  const head = received.toString('latin1', 0, bodyStart)
  const length = contentLength.exec(head)?.[1]
  if (length === undefined) throw new Error('the answer does not state its length')
  const end = bodyStart + Number(length)
  if (received.length < end) return undefined
  if (received.length > end) throw new Error('more bytes came than the answer has')
  return { status: Number(head.slice(9, 12)), body: JSON.parse(received.toString('utf8', bodyStart)) as Answer['body'] }
}

/**
 * One keep-alive connection that has one request on its way at a time. It knows just enough of HTTP/1.1 to read
 * JSON answers that state their length, which costs a fraction of what a whole client costs: the load must be
 * cheaper than what it loads. Any other answer fails the request and ends the connection.
 */
export class HttpConnection {
  readonly #socket: Socket
  #received: Buffer = nothing
  #waiting: Waiting | undefined

  private constructor(socket: Socket) {
    this.#socket = socket
    socket.setNoDelay(true)
    socket.on('data', (chunk: Buffer) => this.#read(chunk))
    socket.on('error', (error) => this.#fail(error))
    socket.on('close', () => this.#fail(new Error('the server closed the connection')))
  }

  /** @throws when nobody listens there */
  static async open(port: number): Promise<HttpConnection> {
    const socket = connect({ host: '127.0.0.1', port })
    await once(socket, 'connect')
    return new HttpConnection(socket)
  }

  get isOpen(): boolean {
    return !this.#socket.destroyed
  }

  /** Posts a JSON text. `headers` is further header lines, each ended by CR LF. */
  post(path: string, body: string, headers = ''): Promise<Answer> {
    const length = Buffer.byteLength(body)
    return this.#send(
      `POST ${path} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n${headers}Content-Length: ${length}\r\n\r\n${body}`,
    )
  }

  get(path: string): Promise<Answer> {
    return this.#send(`GET ${path} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n`)
  }

  close(): void {
    this.#socket.destroy()
  }

  #send(request: string): Promise<Answer> {
    const { promise, resolve, reject } = Promise.withResolvers<Answer>()
    this.#waiting = { resolve, reject }
    this.#socket.write(request)
    return promise
  }

  #read(chunk: Buffer): void {
    this.#received = this.#received.length === 0 ? chunk : Buffer.concat([this.#received, chunk])
    try {
      const answer = takeAnswer(this.#received)
      if (!answer) return
      if (!this.#waiting) throw new Error('an answer came that nobody asked for')
      const { resolve } = this.#waiting
      this.#waiting = undefined
      this.#received = nothing
      resolve(answer)
    } catch (error) {
      this.#fail(error as Error)
    }
  }

  #fail(error: Error): void {
    this.#socket.destroy()
    this.#waiting?.reject(error)
    this.#waiting = undefined
  }
}
