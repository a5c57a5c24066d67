import type { Operation } from '../harness/load.ts'
import type { Case } from '../harness/measure.ts'
import { startWorkServer } from '../harness/work-server.ts'
import { productionEnv, startProduction, whole } from '../sign-in/service.ts'
import { ensureDataSet } from './data-sets.ts'
import { makePoints, makeStores } from './make-stores.ts'
import type { Shopping } from './shop.ts'

const storeCount = 1000
const servingOverHttp = 'serviceability, 1,000 stores'
export const servingInProcess = 'serviceability, 1,000 stores, in process'

/** Asks for one place after the other. */
function askAround(): Operation {
  const points = makePoints(makeStores(storeCount), 10_000)
  let asked = 0
  return async (connection) => {
    const { lat = 0, lng = 0 } = points[asked % points.length] ?? {}
    asked += 1
    const { status, body } = await connection.get(`/api/serviceability?lat=${lat.toFixed(6)}&lng=${lng.toFixed(6)}`)
    const { outcome } = body
    if (status !== 200 || (outcome !== 'serviceable' && outcome !== 'not_covered'))
      throw new Error(`a place was answered ${status} ${JSON.stringify(body)}`)
    return {}
  }
}

async function openStores({ postgres, say, vendorUrl }: Shopping) {
  const template = await ensureDataSet(postgres.templates, { stores: storeCount, products: 0, say })
  const database = await postgres.createDatabase(template)
  return { database, env: { ...productionEnv(vendorUrl), DATABASE_URL: database.url } }
}

const overHttp =
  (shopping: Shopping): Case['start'] =>
  async () => {
    const { database, env } = await openStores(shopping)
    const server = await startProduction({ ...shopping.place, program: whole, env }, shopping.vendorUrl)
    return {
      server,
      operation: askAround(),
      others: [database.meter],
      settle: () => database.pin(server.cores.server),
      async stop() {
        await server.stop()
        await database.drop()
      },
    }
  }

/** One question after the other: what is counted is the work and not the wait for others. */
const inProcess =
  (shopping: Shopping): Case['start'] =>
  async () => {
    const { database, env } = await openStores(shopping)
    const file = new URL('./serving-worker.ts', import.meta.url)
    const started = await startWorkServer(file, { ...shopping.place, env: { ...env, STORES: String(storeCount) } })
    return {
      ...started,
      others: [database.meter],
      warmUp: (seconds) => started.warmUp(seconds, 1),
      work: (seconds) => started.work(seconds, 1),
      async stop() {
        await started.stop()
        await database.drop()
      },
    }
  }

/** Which store serves a place, asked over HTTP and inside the process. */
export const servingCases = (shopping: Shopping): Case[] => [
  { name: servingOverHttp, start: overHttp(shopping) },
  { name: servingInProcess, start: inProcess(shopping) },
]
