/**
 * Health: says whether this process lives, whether it can take requests, and what it consists of. It owns nothing
 * and asks the parts that it is given, with a deadline; it names no vendor's fault and no address.
 */
export { healthRoutes } from './health-routes.ts'
