import { defineSection, setting } from '../config/section.ts'

const address = 'an address such as postgres://user:password@host:5432/name'

/** Whether the driver will understand it all; what it cannot read it quotes, password included. */
function isPostgresAddress(text: string): boolean {
  if (!URL.canParse(text)) return false
  const { username, password, pathname } = new URL(text)
  try {
    decodeURIComponent(username + password + pathname)
  } catch {
    return false
  }
  return /^\/[^/]+$/.test(pathname)
}

export const databaseSettings = defineSection({
  title: 'Database',
  settings: {
    url: setting.secret({
      env: 'DATABASE_URL',
      pattern: '^postgres(?:ql)?://',
      form: address,
      description:
        'PostgreSQL 15 or newer: postgres://user:password@host:5432/name. Needed outside development; without it development keeps its data in DATA_DIR.',
    }),
    folder: setting.text({
      env: 'DATA_DIR',
      default: './data',
      description: 'Folder of the embedded database. One process at a time uses it.',
    }),
    poolSize: setting.integer({
      env: 'DATABASE_POOL_SIZE',
      default: 10,
      minimum: 1,
      maximum: 500,
      description: 'Most connections to PostgreSQL for requests; background work has up to two more.',
    }),
    connectTimeoutMs: setting.integer({
      env: 'DATABASE_CONNECT_TIMEOUT_MS',
      default: 500,
      minimum: 50,
      maximum: 60_000,
      description: 'A request that gets no connection for so long is answered 503.',
    }),
    statementTimeoutMs: setting.integer({
      env: 'DATABASE_STATEMENT_TIMEOUT_MS',
      default: 1250,
      minimum: 100,
      maximum: 600_000,
      description:
        'PostgreSQL stops a statement of a request after so long, and 200 ms later it is given up here. Background work has 30 s at least.',
    }),
  },
  check: ({ url }, { development }) => {
    if (url) return isPostgresAddress(url.reveal()) ? [] : [`DATABASE_URL must be ${address}.`]
    return development ? [] : [`DATABASE_URL is missing: outside development it must be ${address}.`]
  },
})
