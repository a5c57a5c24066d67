import { randomInt } from 'node:crypto'

export const newCode = (): string => String(randomInt(1_000_000)).padStart(6, '0')

/** The answer to verify-otp, as long as the real one. */
export const signedIn = {
  success: true,
  message: 'OTP verified successfully',
  accessToken: `${'eyJhbGciOiJFZERTQSIsInR5cCI6IkpXVCJ9.'.padEnd(420, 'a')}`,
  accessTokenExpiresIn: 900,
  refreshToken: 'ses_01h455vb4pex5vsknk084sn02q.1.'.padEnd(85, 'a'),
  refreshTokenExpiresIn: 2_592_000,
  user: {
    id: 'usr_01h455vb4pex5vsknk084sn02q',
    phone: '+910000000000',
    email: null,
    name: null,
    locale: null,
    roles: ['customer'],
    storeIds: [],
    createdAt: '2026-01-15T13:00:30.000Z',
  },
  isNewUser: true,
}

/** The answer to send-otp, with the fields and the length of the real one in development mode. */
export const sentAnswer = (code: string) => ({
  success: true,
  message: `Development Mode: OTP is ${code}`,
  provider: 'development',
  challengeId: 'chl_01h455vb4pex5vsknk084sn02q',
  expiresIn: 300,
  retryAfter: 30,
  development_mode: true,
  otp: code,
})
