import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { newCode, sentAnswer } from './answers.ts'

// The same with nothing between the code and the HTTP parser of Node.

const codes = new Map<string, string>()

function reply(response: ServerResponse, status: number, body: unknown): void {
  const text = JSON.stringify(body)
  response.writeHead(status, { 'content-type': 'application/json; charset=utf-8', 'content-length': Buffer.byteLength(text) })
  response.end(text)
}

function answer({ url }: IncomingMessage, text: string, response: ServerResponse): void {
  if (url === '/api/health/live') return reply(response, 200, { success: true })
  const { phoneNumber, otp } = JSON.parse(text) as { phoneNumber: string; otp?: string }
  if (url === '/api/send-otp') {
    const code = newCode()
    codes.set(phoneNumber, code)
    return reply(response, 200, sentAnswer(code))
  }
  const isRight = otp !== undefined && codes.get(phoneNumber) === otp
  codes.delete(phoneNumber)
  if (isRight) return reply(response, 200, { success: true, message: 'OTP verified successfully' })
  reply(response, 400, { success: false })
}

createServer((request, response) => {
  let text = ''
  request.setEncoding('utf8')
  request.on('data', (chunk: string) => {
    text += chunk
  })
  request.on('end', () => answer(request, text, response))
}).listen(Number(process.env['API_PORT']), '127.0.0.1')
