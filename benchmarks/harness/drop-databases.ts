import { Client } from 'pg'

// Run when a benchmark ended before it could clean up: drops the databases named.

const admin = new Client({ connectionString: process.env['BENCH_DATABASE_URL'] })
await admin.connect()
for (const name of process.argv.slice(2)) await admin.query(`drop database if exists ${name} with (force)`)
await admin.end()
