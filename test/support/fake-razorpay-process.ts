import { fakeRazorpay } from './fake-razorpay.ts'

/**
 * Razorpay's stand-in as a process of its own, for tests that kill others and for benchmarks:
 * `node test/support/fake-razorpay-process.ts [address of webhooks]` prints its port in a line, and runs until it is
 * ended. Told what to do by `POST /control/{pay,play,delivery,webhooks,payers,refunds,refund}`, asked by `GET /control/state`.
 */
const [, , webhooks] = process.argv
const fake = await fakeRazorpay(webhooks === undefined ? {} : { webhooks })
process.stdout.write(`${fake.port}\n`)
for (const signal of ['SIGINT', 'SIGTERM'] as const)
  process.once(signal, () => {
    void fake.close().then(() => process.exit(0))
  })
