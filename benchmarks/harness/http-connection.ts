import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { type Answer, parseAnswer, type RawAnswer, takeAnswer } from './http-answer.ts'

interface Waiting {
  resolve(answer: RawAnswer): void
  reject(error: Error): void
}

const usualBytes = 64 * 1024
/**
 * Every connection reads into these bytes and copies what came: a buffer for each read made this process collect garbage for
 * 10 ms and more, which then stood among the durations.
 */
const readInto = Buffer.alloc(usualBytes)

/**
 * One keep-alive connection that has one request on its way at a time. It knows just enough of HTTP/1.1 to read
 * answers, which costs a fraction of what a whole client costs: the load must be
 * cheaper than what it loads. An answer that it cannot read fails the request and ends the connection.
 */
export class HttpConnection {
  readonly #socket: Socket
  #received: Buffer = Buffer.allocUnsafe(usualBytes)
  #length = 0
  #waiting: Waiting | undefined

  /** The address of the server, as a browser would name it. */
  readonly origin: string

  private constructor(port: number) {
    const socket = connect({
      host: '127.0.0.1',
      port,
      noDelay: true,
      onread: { buffer: readInto, callback: (count) => this.#read(count) },
    })
    this.#socket = socket
    this.origin = `http://127.0.0.1:${port}`
    socket.on('error', (error) => this.#fail(error))
    socket.on('close', () => this.#fail(new Error('the server closed the connection')))
  }

  /** @throws when nobody listens there */
  static async open(port: number): Promise<HttpConnection> {
    const connection = new HttpConnection(port)
    await once(connection.#socket, 'connect')
    return connection
  }

  get isOpen(): boolean {
    return !this.#socket.destroyed
  }

  /** Posts a JSON text. `headers` is further header lines, each ended by CR LF. */
  post(path: string, body: string, headers = ''): Promise<Answer> {
    return this.#sendJson('POST', path, body, headers)
  }

  /** The same to put it there. */
  put(path: string, body: string, headers = ''): Promise<Answer> {
    return this.#sendJson('PUT', path, body, headers)
  }

  async get(path: string, headers = ''): Promise<Answer> {
    return parseAnswer(await this.getBytes(path, headers))
  }

  /** The same with the body as it came. The bytes are good until the next request. */
  getBytes(path: string, headers = ''): Promise<RawAnswer> {
    return this.#send(`GET ${path} HTTP/1.1\r\nHost: 127.0.0.1\r\n${headers}\r\n`)
  }

  close(): void {
    this.#socket.destroy()
  }

  async #sendJson(method: string, path: string, body: string, headers: string): Promise<Answer> {
    const length = Buffer.byteLength(body)
    return parseAnswer(
      await this.#send(
        `${method} ${path} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n${headers}Content-Length: ${length}\r\n\r\n${body}`,
      ),
    )
  }

  #send(request: string): Promise<RawAnswer> {
    const { promise, resolve, reject } = Promise.withResolvers<RawAnswer>()
    this.#waiting = { resolve, reject }
    this.#socket.write(request)
    return promise
  }

  /** Takes what has just been read. `true` goes on reading. */
  #read(count: number): boolean {
    if (this.#length + count > this.#received.length)
      this.#received = Buffer.concat([this.#received.subarray(0, this.#length)], 2 * (this.#length + count))
    readInto.copy(this.#received, this.#length, 0, count)
    this.#length += count
    try {
      const answer = takeAnswer(this.#received.subarray(0, this.#length))
      if (!answer) return true
      if (!this.#waiting) throw new Error('an answer came that nobody asked for')
      const { resolve } = this.#waiting
      this.#waiting = undefined
      this.#length = 0
      resolve(answer)
    } catch (error) {
      this.#fail(error as Error)
    }
    return true
  }

  #fail(error: Error): void {
    this.#socket.destroy()
    this.#waiting?.reject(error)
    this.#waiting = undefined
  }
}
