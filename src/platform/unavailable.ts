/** A part that this process needs (Redis, a database) does not answer. Clients see a 503 and may try again. */
export class Unavailable extends Error {
  override readonly name = 'Unavailable'
  readonly part: string

  constructor(part: string, cause: unknown) {
    super(`${part} does not answer`, { cause })
    this.part = part
  }
}
