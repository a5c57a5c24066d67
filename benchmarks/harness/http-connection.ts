import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { type Answer, parseAnswer, type RawAnswer, takeAnswer } from './http-answer.ts'

interface Waiting {
  resolve(answer: RawAnswer): void
  reject(error: Error): void
}

const nothing = Buffer.alloc(0)

/**
 * One keep-alive connection that has one request on its way at a time. It knows just enough of HTTP/1.1 to read
 * answers, which costs a fraction of what a whole client costs: the load must be
 * cheaper than what it loads. An answer that it cannot read fails the request and ends the connection.
 */
export class HttpConnection {
  readonly #socket: Socket
  #received: Buffer = nothing
  #waiting: Waiting | undefined

  /** The address of the server, as a browser would name it. */
  readonly origin: string

  private constructor(socket: Socket) {
    this.#socket = socket
    this.origin = `http://127.0.0.1:${socket.remotePort}`
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
