/**
 * The milliseconds that a test grants to what is promised within so many. Files that run beside each other hold each other
 * up: there a promise may take TEST_TIME_FACTOR times as long, which the runner sets to 4; a file run alone is held to its word.
 */
export const allowed = (ms: number): number => ms * Number(process.env['TEST_TIME_FACTOR'] ?? 1)
