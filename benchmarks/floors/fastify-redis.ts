import { keepCode, takeCode } from './redis-codes.ts'
import { serve } from './serve.ts'

await serve({ keep: keepCode, take: takeCode })
