import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { newCode, sentAnswer } from './answers.ts'

// The same with nothing between the code and the HTTP parser of Node.

const codes = new Map<string, string>()

function reply(response: ServerResponse, status: number, body: unknown): void {
  const text = JSON.stringify(body)
  response.writeHead(status, {
    'content-type': 'application/json; charset=utf-8',
    'content-length': Buffer.byteLength(text),
  })
  response.end(text)
}

function verify(phoneNumber: string, otp: string, response: ServerResponse): void {
  const isRight = codes.get(phoneNumber) === otp
  codes.delete(phoneNumber)
  if (isRight) reply(response, 200, { success: true, message: 'OTP verified successfully' })
  else reply(response, 400, { success: false })
}

function send(phoneNumber: string, response: ServerResponse): void {
  const code = newCode()
  codes.set(phoneNumber, code)
  reply(response, 200, sentAnswer(code))
}

function answer({ method, url }: IncomingMessage, text: string, response: ServerResponse): void {
  const { phoneNumber = '', otp = '' } = JSON.parse(method === 'POST' ? text : '{}') as Record<string, string>
  if (url === '/api/send-otp') send(phoneNumber, response)
  else if (url === '/api/verify-otp') verify(phoneNumber, otp, response)
  else reply(response, 200, { success: true })
}

createServer((request, response) => {
  let text = ''
  request.setEncoding('utf8')
  request.on('data', (chunk: string) => {
    text += chunk
  })
  request.on('end', () => answer(request, text, response))
}).listen(Number(process.env['API_PORT']), '127.0.0.1')
