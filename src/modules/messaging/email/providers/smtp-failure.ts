import type { SendOutcome } from '../../message-provider.ts'

/** What nodemailer tells of a failure. Its message quotes the server's text, which may hold the address. */
interface SmtpFailure {
  code: string
  /** The system's code under nodemailer's. */
  originalCode?: string
  /** The server's answer, of which only the codes are read: `550 5.1.1 …`. */
  response?: string
  responseCode?: number
  /** What the server answered to. */
  command?: string
  /** Which of the limits was reached. */
  timeoutType?: string
}

const isFailure = (error: unknown): error is SmtpFailure =>
  error instanceof Error && 'code' in error && typeof error.code === 'string'

const noConnection = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH'])

/** No such mailbox, or one that takes nothing: for a recipient by the plain code too, for a message by the precise one. */
const isAboutMailbox = (code: number, precise: string, toRecipient: boolean): boolean =>
  precise === '' ? toRecipient && [550, 551, 552, 553].includes(code) : /^5\.[12]\./.test(precise)

function refusal(code: number, { response = '', command }: SmtpFailure): SendOutcome {
  const precise = /^\d{3}[ -]([45]\.\d{1,3}\.\d{1,3})\b/.exec(response)?.[1] ?? ''
  const reason = `smtp ${code}${precise && ` ${precise}`}`
  const toRecipient = command === 'RCPT TO'
  if ((toRecipient || command === 'DATA') && isAboutMailbox(code, precise, toRecipient))
    return { outcome: 'rejected', reason }
  const outcome = { outcome: 'unavailable', reason, mayHaveSent: false, alarm: code >= 500 } as const
  return toRecipient && code !== 421 ? { ...outcome, onlyThisRecipient: true } : outcome
}

/**
 * What a failed send means. A server that answers no has not taken the mail; one that falls silent may have, at any
 * point after the greeting. Without encryption or a login nothing was sent, and it stays so until an operator acts.
 * @throws the error itself when it is not about mail
 */
export function outcomeOfFailure(error: unknown): SendOutcome {
  if (!isFailure(error)) throw error
  const { code, originalCode = '', responseCode = 0, timeoutType } = error
  if (responseCode >= 400) return refusal(responseCode, error)

  const nothingSent = { outcome: 'unavailable', mayHaveSent: false } as const
  if (code === 'ETLS' || code === 'EAUTH') return { ...nothingSent, reason: `smtp ${code}`, alarm: true }
  if (/CERT|SIGNATURE|TLS|SSL/.test(originalCode))
    return { ...nothingSent, reason: `smtp ${originalCode}`, alarm: true }
  if (code === 'EDNS' || noConnection.has(originalCode))
    return { ...nothingSent, reason: `smtp ${originalCode || code}`, alarm: false }
  if (code === 'ETIMEDOUT' && timeoutType !== 'SOCKET_TIMEOUT')
    return { ...nothingSent, reason: 'smtp timeout', alarm: false }
  const isLate = code === 'EABORT' || code === 'ETIMEDOUT'
  const reason = `smtp ${isLate ? 'timeout' : originalCode || code}`
  return { outcome: 'unavailable', reason, mayHaveSent: true, alarm: false }
}
