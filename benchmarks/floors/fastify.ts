import { serve } from './serve.ts'

const codes = new Map<string, string>()

await serve({
  keep: (phoneNumber, code) => codes.set(phoneNumber, code),
  take(phoneNumber) {
    const code = codes.get(phoneNumber)
    codes.delete(phoneNumber)
    return code
  },
})
