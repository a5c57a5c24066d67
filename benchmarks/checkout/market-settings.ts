/** Settings of production beside those that every benchmark has. */
export const marketSettings = { PAYMENT_PROVIDERS: 'cash' }
