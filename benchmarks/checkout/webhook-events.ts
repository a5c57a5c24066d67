import { createHmac, randomBytes } from 'node:crypto'

/** What is told by one request. */
export interface Told {
  body: string
  headers: string
}

/** An order that waits for its money. */
export interface Waiting {
  /** The provider's name of it. */
  reference: string
  paymentId: string
  amountPaise: number
}

export const webhookSecret = 'made-for-a-benchmark'

const sign = (event: object): Told => {
  const body = JSON.stringify(event)
  const signature = createHmac('sha256', webhookSecret).update(body).digest('hex')
  const id = randomBytes(7).toString('hex')
  return { body, headers: `X-Razorpay-Signature: ${signature}\r\nX-Razorpay-Event-Id: ${id}\r\n` }
}

/** Of each order both events that say it is paid; of every fifth both come twice. In an order that mixes them. */
export function eventsOf(orders: readonly Waiting[]): Told[] {
  const at = Math.floor(Date.now() / 1000)
  const told = orders.flatMap(({ reference, paymentId, amountPaise }, number) => {
    const payment = {
      id: `pay_${randomBytes(7).toString('hex')}`,
      entity: 'payment',
      amount: amountPaise,
      currency: 'INR',
      status: 'captured',
      order_id: reference,
      method: 'upi',
      captured: true,
      email: 'customer@example.com',
      contact: '+919000000000',
      notes: [],
      created_at: at,
    }
    const order = { id: reference, entity: 'order', amount: amountPaise, amount_paid: amountPaise, amount_due: 0 }
    const common = { entity: 'event', account_id: 'acc_benchmark', created_at: at }
    const captured = sign({
      ...common,
      event: 'payment.captured',
      contains: ['payment'],
      payload: { payment: { entity: payment } },
    })
    const paid = sign({
      ...common,
      event: 'order.paid',
      contains: ['payment', 'order'],
      payload: {
        payment: { entity: payment },
        order: { entity: { ...order, currency: 'INR', receipt: paymentId, status: 'paid', attempts: 1 } },
      },
    })
    return number % 5 === 0 ? [captured, paid, captured, paid] : [captured, paid]
  })
  // Strides through all of them, so that neighbours are of different orders.
  const stride = 37
  return told.map((_, place) => told[(place * stride) % told.length] as Told)
}
