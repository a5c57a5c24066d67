import { CannotStart } from '../cannot-start.ts'
import type { Server } from './server.ts'

const causes: Record<string, string> = {
  EADDRINUSE: 'another program listens there already',
  EADDRNOTAVAIL: 'this machine has no such address (API_HOST)',
  EACCES: 'this user may not take that port (API_PORT); those below 1024 need a privilege',
  ENOTFOUND: 'no such host is known (API_HOST)',
  EAI_AGAIN: 'no such host is known (API_HOST)',
  EAFNOSUPPORT: 'this machine does not speak that kind of address (API_HOST)',
}

/**
 * Opens the server for requests, and logs each address it is ready at.
 * @throws CannotStart when the address cannot be had
 */
export async function listen(
  server: Server,
  { host, port, mode }: { host: string; port: number; mode: string },
): Promise<void> {
  try {
    await server.listen({ host, port, listenTextResolver: (address) => `ready at ${address} (${mode})` })
  } catch (error) {
    const { syscall, code = '' } = error as NodeJS.ErrnoException
    if (syscall === undefined) throw error // a fault in here, not the system's answer
    throw new CannotStart(`Cannot listen on ${host} port ${port}: ${causes[code] ?? `the system says ${code}`}.`)
  }
}
