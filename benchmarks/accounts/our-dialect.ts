import { type Dialect, expect, from, isAbout } from './dialect.ts'

const text = (value: unknown): string => (typeof value === 'string' ? value : '')

/** What this service speaks, and the floors with it. The code is in the answer, as in development mode. */
export const ourDialect: Dialect = {
  async askForCode(connection, { phoneNumber, address }) {
    const answer = await connection.post('/api/send-otp', `{"phoneNumber":"${phoneNumber}"}`, from(address))
    const code = text(answer.body['otp'])
    expect(answer.status === 200 && code !== '', 'send-otp', answer)
    return code
  },

  async giveCode(connection, { phoneNumber, address }, code) {
    const asked = `{"phoneNumber":"${phoneNumber}","otp":"${code}"}`
    const answer = await connection.post('/api/verify-otp', asked, from(address))
    const { accessToken, refreshToken, isNewUser } = answer.body
    const signedIn = { phoneNumber, access: text(accessToken), refresh: text(refreshToken) }
    const isWhole = signedIn.access !== '' && signedIn.refresh !== '' && isNewUser === true
    expect(isWhole && isAbout(answer, phoneNumber), 'verify-otp', answer)
    return signedIn
  },

  async readAccount(connection, { access, phoneNumber }, address) {
    const answer = await connection.get('/api/me', `${from(address)}Authorization: Bearer ${access}\r\n`)
    expect(isAbout(answer, phoneNumber), 'GET me', answer)
  },

  async refresh(connection, { phoneNumber, refresh }, address) {
    const answer = await connection.post('/api/auth/refresh', `{"refreshToken":"${refresh}"}`, from(address))
    const next = text(answer.body['refreshToken'])
    const access = text(answer.body['accessToken'])
    expect(answer.status === 200 && access !== '' && next !== '' && next !== refresh, 'refresh', answer)
    return { phoneNumber, access, refresh: next }
  },
}
