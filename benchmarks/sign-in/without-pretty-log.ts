import { registerHooks } from 'node:module'

// Loaded before the service (`--import`): development mode as it is without development dependencies, where log
// lines are written as JSON, as in production.
registerHooks({
  resolve(specifier, context, nextResolve) {
    if (specifier === 'pino-pretty') throw new Error('left out for the benchmark')
    return nextResolve(specifier, context)
  },
})
