import type { Answer } from '../harness/http-answer.ts'
import { type Dialect, expect, from, isAbout } from './dialect.ts'

const codeIn = /\r\nx-code: (\d{6})\r\n/i
const sessionIn = /\r\nset-cookie: (better-auth\.session_token=[^;\r]+)/i

const sessionOf = ({ head }: Answer): string => sessionIn.exec(head)?.[1] ?? ''

/**
 * What better-auth speaks. Its session is a signed cookie around a row: reading the account is `get-session`, and the
 * nearest to a refresh is the same by POST, which prolongs the row and makes no new token.
 */
export const betterAuthDialect: Dialect = {
  async askForCode(connection, { phoneNumber, address }) {
    const asked = `{"phoneNumber":"+91${phoneNumber}"}`
    const answer = await connection.post('/api/auth/phone-number/send-otp', asked, from(address))
    const code = codeIn.exec(answer.head)?.[1] ?? ''
    expect(answer.status === 200 && code !== '', 'send-otp', answer)
    return code
  },

  async giveCode(connection, { phoneNumber, address }, code) {
    const asked = `{"phoneNumber":"+91${phoneNumber}","code":"${code}"}`
    const answer = await connection.post('/api/auth/phone-number/verify', asked, from(address))
    const session = sessionOf(answer)
    const isWhole = answer.body['status'] === true && session !== ''
    expect(isWhole && isAbout(answer, phoneNumber), 'verify', answer)
    return { phoneNumber, access: session, refresh: session }
  },

  async readAccount(connection, { access, phoneNumber }, address) {
    const answer = await connection.get('/api/auth/get-session', `${from(address)}Cookie: ${access}\r\n`)
    expect(isAbout(answer, phoneNumber), 'get-session', answer)
  },

  async refresh(connection, { refresh, phoneNumber }, address) {
    const headers = `${from(address)}Cookie: ${refresh}\r\nOrigin: ${connection.origin}\r\n`
    const answer = await connection.post('/api/auth/get-session', '', headers)
    const session = sessionOf(answer)
    expect(session !== '' && isAbout(answer, phoneNumber), 'POST get-session', answer)
    return { phoneNumber, access: session, refresh: session }
  },
}
