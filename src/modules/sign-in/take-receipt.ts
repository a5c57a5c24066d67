import type { Db } from '../../platform/database/database.ts'
import type { Logger } from '../../platform/observability/logger.ts'
import type { Queue } from '../../platform/queue/queue.ts'
import type { Seal } from '../../platform/seal.ts'
import type { DeliveryReport } from '../messaging/index.ts'
import { type ResendUndeliveredDeps, resendUndelivered } from './resend-undelivered.ts'

export interface TakeReceiptDeps extends ResendUndeliveredDeps {
  queue: Pick<Queue, 'define' | 'enqueue'>
  db: Db
  /** Jobs rest in the database, where no number has to be read. */
  seal: Seal
}

/**
 * Makes the listener for receipts. Good news is noted at once. A failure becomes a job, so that the vendor has its
 * answer while the code goes out through another one, and a crash in between loses nothing: at most one more message.
 */
export function createReceiptTaker(deps: TakeReceiptDeps): (report: DeliveryReport, log: Logger) => Promise<void> {
  const { queue, db, seal } = deps
  const resend = queue.define<{ report: string }>({
    name: 'sign-in/resend-undelivered',
    retries: 2, // later the code has ended
    async handle({ report }, { log }) {
      const opened = seal.open(report)
      if (opened !== undefined) await resendUndelivered(deps, JSON.parse(opened) as DeliveryReport, log)
    },
  })
  return async (report, log) => {
    if (report.state !== 'failed') return resendUndelivered(deps, report, log)
    await queue.enqueue(db, resend, { report: seal.seal(JSON.stringify(report)) })
  }
}
