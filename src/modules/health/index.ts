/**
 * Health: says whether this process lives, whether it can take requests, and what it consists of. It owns nothing
 * and asks the parts that it is given, with a deadline; it names no vendor's fault and no address.
 */
export { type HealthDeps, healthRoutes } from './health-routes.ts'
export type { Probe } from './readiness.ts'
