import type { Clock } from '../../platform/clock.ts'
import type { Database } from '../../platform/database/database.ts'
import { inTransaction } from '../../platform/database/in-transaction.ts'
import type { Logger } from '../../platform/observability/logger.ts'
import { deviceProblems } from './account-problems.ts'
import type { AccountsTelemetry } from './accounts-telemetry.ts'
import { type Device, deleteDevice, listDevices } from './device-queries.ts'
import type { Revocations } from './revocations.ts'

export interface DevicesDeps {
  database: Pick<Database, 'db'>
  revocations: Pick<Revocations, 'add'>
  clock: Clock
  telemetry: AccountsTelemetry
}

/** The devices from which a user signed in, the last seen first. */
export const listOwnDevices = ({ database, clock }: DevicesDeps, { userId }: { userId: string }): Promise<Device[]> =>
  listDevices(database.db, userId, new Date(clock.now()))

/** Forgets a device of a user and ends the sessions on it. @throws device.not_found */
export async function removeDevice(
  { database, revocations, telemetry }: DevicesDeps,
  { userId, deviceId, log }: { userId: string; deviceId: string; log: Logger },
): Promise<void> {
  const ended = await inTransaction(database.db, (tx) => deleteDevice(tx, userId, deviceId))
  if (!ended) throw deviceProblems.notFound()
  revocations.add(ended.map((subject) => ({ kind: 'session', subject, version: null })))
  telemetry.sessionsEnded(log, 'revoked', ended.length)
}
