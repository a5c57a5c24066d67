// Loaded before the service (`--import`, with `--expose-gc`), so that what it holds can be told from what the garbage
// collector has not looked at yet.
process.on('SIGUSR2', () => globalThis.gc?.())
