import type { Answer } from '../harness/http-answer.ts'
import type { HttpConnection } from '../harness/http-connection.ts'
import type { Operation } from '../harness/load.ts'
import { createPeople, type Person } from './people.ts'

const newPerson = createPeople()

function check({ status, body }: Answer, step: string): void {
  if (status === 200 && body['success'] === true) return
  throw new Error(`${step} answered ${status} ${JSON.stringify(body)}`)
}

async function send(connection: HttpConnection, { phoneNumber, address }: Person): Promise<Answer> {
  const answer = await connection.post(
    '/api/send-otp',
    `{"phoneNumber":"${phoneNumber}"}`,
    `X-Forwarded-For: ${address}\r\n`,
  )
  check(answer, 'send-otp')
  return answer
}

async function verify(connection: HttpConnection, { phoneNumber, address }: Person, code: string): Promise<void> {
  const body = `{"phoneNumber":"${phoneNumber}","otp":"${code}"}`
  check(await connection.post('/api/verify-otp', body, `X-Forwarded-For: ${address}\r\n`), 'verify-otp')
}

/**
 * Signs one new person in: asks for a code, and gives it back.
 *
 * @param codeFrom where the code is read, when not in the answer
 */
export function signIn(codeFrom?: (phoneNumber: string) => string | undefined): Operation {
  return async (connection) => {
    const person = newPerson()
    const start = performance.now()
    const { body } = await send(connection, person)
    const sent = performance.now()
    const code = codeFrom ? codeFrom(person.phoneNumber) : body['otp']
    if (typeof code !== 'string') throw new Error('no code came')
    await verify(connection, person, code)
    return { send: sent - start, verify: performance.now() - sent }
  }
}

/** Asks for a code for one new person, who never gives it back. */
export const askForCode: Operation = async (connection) => {
  await send(connection, newPerson())
  return {}
}
