import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createApp } from '../src/app.ts'
import { readConfig } from '../src/config.ts'

/** One schema in the description, as far as the other documents read it. */
export interface DescribedSchema {
  /** Of the schema in `components` that it is. */
  $ref?: string
  properties?: { code?: { enum?: string[] } }
}

/** An OpenAPI document, as far as the other documents read it. */
export interface ApiDescription {
  paths: Record<
    string,
    Record<string, { responses: Record<string, { content?: Record<string, { schema?: DescribedSchema }> }> }>
  >
  components: { schemas: Record<string, DescribedSchema> }
}

/** What the running server serves at `/api/openapi.json`. Opens no port, needs no Redis, and leaves the data of a running server alone. */
export async function describeRunningApi(): Promise<ApiDescription> {
  const folder = mkdtempSync(join(tmpdir(), 'blinkit-docs-'))
  const env = { NODE_ENV: 'development', LOG_LEVEL: 'silent', DATA_DIR: folder, QUEUE_IN_PROCESS: 'false' }
  const { server, close } = await createApp(readConfig(env, 0))
  try {
    await server.ready()
    return server.swagger() as unknown as ApiDescription
  } finally {
    await close()
    rmSync(folder, { recursive: true })
  }
}

export const writeOpenapi = (description: ApiDescription): string => {
  const { openapi, ...rest } = description as ApiDescription & { openapi: string }
  return `${JSON.stringify({ openapi, 'x-generated': 'by `npm run docs` from the routes in src', ...rest }, null, 2)}\n`
}
