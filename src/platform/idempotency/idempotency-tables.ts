interface IdempotencyKeyTable {
  principal: string
  key: string
  fingerprint: Buffer
  status: number
  answer: string
  created_at: Date
}

declare module '../database/database.ts' {
  interface Tables {
    idempotency_keys: IdempotencyKeyTable
  }
}
