import { parseAnswer } from '../harness/http-answer.ts'
import { HttpConnection } from '../harness/http-connection.ts'
import type { Operation } from '../harness/load.ts'
import { createChance } from './chance.ts'
import type { Kind } from './pages.ts'

/** A path, and the body that is the right answer to it. */
export interface ExpectedPage {
  path: string
  bytes: Buffer
}

export interface ExpectedPages {
  pages: ExpectedPage[]
  /** Paths whose answer was right but for having found nothing. */
  empty: string[]
}

/** The fields of an answer of which one must not be empty. */
const contentOf: Record<Kind, readonly string[]> = {
  list: ['products'],
  product: ['product'],
  search: ['products'],
  suggest: ['queries', 'categories', 'brands', 'products'],
}
const fullPage = 20

const sizeOf = (content: unknown): number => (Array.isArray(content) ? content.length : content ? 1 : 0)

/** @throws for what is no answer to a question of this kind */
function isFound(kind: Kind, path: string, status: number, body: Record<string, unknown>): boolean {
  const fields = contentOf[kind]
  const isMissing = kind === 'product' && status === 404
  const isRight = status === 200 && body['success'] === true && fields.every((field) => field in body)
  if (!isRight && !isMissing) throw new Error(`${path} answered ${status} ${JSON.stringify(body).slice(0, 300)}`)
  const count = fields.reduce((sum, field) => sum + sizeOf(body[field]), 0)
  if (kind === 'list' && count !== fullPage) throw new Error(`${path} answered ${count} products`)
  return count > 0
}

/** Asks for each path once and looks at every answer. @throws for a wrong one */
export async function readExpected(kind: Kind, port: number, paths: readonly string[]): Promise<ExpectedPages> {
  const connection = await HttpConnection.open(port)
  const pages: ExpectedPage[] = []
  const empty: string[] = []
  try {
    for (const path of paths) {
      const raw = await connection.getBytes(path)
      if (isFound(kind, path, raw.status, parseAnswer(raw).body)) pages.push({ path, bytes: Buffer.from(raw.bytes) })
      else if (kind !== 'product') empty.push(path)
    }
  } finally {
    connection.close()
  }
  return { pages, empty }
}

async function readOne(connection: HttpConnection, { path, bytes: expected }: ExpectedPage): Promise<void> {
  const { status, bytes } = await connection.getBytes(path)
  if (status !== 200 || !bytes.equals(expected))
    throw new Error(`${path} answered ${status} ${bytes.toString('utf8', 0, 300)}`)
}

/** Reads the pages in no order. An answer that is not the same to the last byte is wrong. */
export function readPages(pages: readonly ExpectedPage[]): Operation {
  const chance = createChance(1)
  return async (connection) => {
    await readOne(connection, chance.pick(pages))
    return {}
  }
}

/** Reads each page once, so that a server has kept what it keeps. @throws for a wrong answer */
export async function readEach(port: number, pages: readonly ExpectedPage[]): Promise<void> {
  const connection = await HttpConnection.open(port)
  try {
    for (const page of pages) await readOne(connection, page)
  } finally {
    connection.close()
  }
}
