import { randomInt } from 'node:crypto'

export const newCode = (): string => String(randomInt(1_000_000)).padStart(6, '0')

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
