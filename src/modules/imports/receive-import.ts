import { setTimeout as sleep } from 'node:timers/promises'
import { type Clock, startStopwatch } from '../../platform/clock.ts'
import type { Database } from '../../platform/database/database.ts'
import { inTransaction } from '../../platform/database/in-transaction.ts'
import { newId } from '../../platform/ids.ts'
import type { Job } from '../../platform/queue/job.ts'
import type { Queue } from '../../platform/queue/queue.ts'
import { Unavailable } from '../../platform/unavailable.ts'
import { checkUtf8 } from './check-utf8.ts'
import { deleteChunks, insertChunk } from './chunk-queries.ts'
import { type Chunk, type Chunker, createChunker } from './chunk-rows.ts'
import type { Import, NewImport } from './import.ts'
import type { ImportKind } from './import-kind.ts'
import { importProblems } from './import-problems.ts'
import { insertImport, moveImport } from './import-queries.ts'
import type { ImportsTelemetry } from './imports-telemetry.ts'
import { readCsv } from './read-csv.ts'
import { readJsonl } from './read-jsonl.ts'
import { readRow } from './read-record.ts'
import { Unreadable } from './unreadable.ts'

export interface ReceiveDeps {
  database: Pick<Database, 'db' | 'background'>
  queue: Pick<Queue, 'enqueue'>
  applyJob: Job<{ importId: string }>
  clock: Clock
  telemetry: ImportsTelemetry
}

const patienceMs = 120_000
const pauseMs = 1000

/** Bears an outage of the database, and another import that has the embedded one's only session. */
async function patiently<T>(work: () => Promise<T>): Promise<T> {
  const elapsed = startStopwatch()
  for (;;) {
    try {
      return await work()
    } catch (error) {
      if (!(error instanceof Unavailable) || elapsed() > patienceMs) throw error
      await sleep(pauseMs)
    }
  }
}

/** Opens an import, whose rows can be received then. @throws Unavailable */
export const beginImport = (
  { database, clock }: Pick<ReceiveDeps, 'database' | 'clock'>,
  given: Omit<NewImport, 'id' | 'createdAt'>,
): Promise<Import> =>
  insertImport(database.background, { ...given, id: newId('imp'), createdAt: new Date(clock.now()) })

/** Reads all records and keeps each chunk before the next is read. What is wrong with the file ends it early. */
async function readAll(
  kind: ImportKind,
  { format }: Import,
  bytes: AsyncIterable<Uint8Array>,
  { chunker, keep }: { chunker: Chunker; keep: (chunk: Chunk) => Promise<void> },
): Promise<void> {
  const text = checkUtf8(bytes)
  try {
    for await (const read of format === 'csv' ? readCsv(kind.columns, text) : readJsonl(kind.columns, text)) {
      const chunk = chunker.take(read.line, readRow(kind, read))
      if (chunk) await keep(chunk)
    }
    if (chunker.rowsRead() === 0) throw new Unreadable({ line: 0, reason: 'there is no row below the header' })
  } catch (error) {
    if (!(error instanceof Unreadable)) throw error
    chunker.report(error.faults)
  }
  await keep(chunker.rest())
}

/**
 * Receives the rows of an import, in bounded memory: no more is read than the database has taken. Afterwards it is
 * `waiting`, and a job that applies it exists; or `refused`, with its report. When the bytes end in an error it is
 * `abandoned`, and that error thrown.
 * @throws import.abandoned when it was given up meanwhile; Unavailable; what the bytes throw
 */
export async function receiveRows(
  { database, queue, applyJob, clock, telemetry }: ReceiveDeps,
  { kind, opened, bytes }: { kind: ImportKind; opened: Import; bytes: AsyncIterable<Uint8Array> },
): Promise<Import> {
  const { id } = opened
  const now = () => new Date(clock.now())
  const chunker = createChunker(opened.onFault)

  async function keep(chunk: Chunk): Promise<void> {
    const isKept = await patiently(() => insertChunk(database.background, { ...chunk, importId: id, now: now() }))
    if (!isKept) throw importProblems.abandoned()
  }

  const leave = (to: 'waiting' | 'refused' | 'abandoned'): Promise<Import | undefined> =>
    inTransaction(database.background, async (tx) => {
      const moved = await moveImport(tx, id, { from: ['receiving'], to, now: now() })
      if (!moved) return undefined
      if (to === 'waiting') await queue.enqueue(tx, applyJob, { importId: id })
      else await deleteChunks(tx, id)
      return moved
    })

  try {
    await readAll(kind, opened, bytes, { chunker, keep })
    const received = await patiently(() => leave(chunker.isRefused() ? 'refused' : 'waiting'))
    if (!received) throw importProblems.abandoned()
    if (received.status === 'refused') telemetry.finished(received)
    else telemetry.received(received)
    return received
  } catch (error) {
    const abandoned = await leave('abandoned').catch(() => undefined) // a job does it when this cannot
    if (abandoned) telemetry.abandoned([id])
    throw error
  }
}
