import { Type } from 'typebox'
import { defineProblems, retryAfter } from '../../platform/http/problem.ts'

export const signInProblems = defineProblems('otp', {
  phoneRequired: { status: 400, message: 'Phone number is required' },
  phoneInvalid: { status: 400, message: 'Enter a valid mobile number' },
  emailInvalid: { status: 400, message: 'Enter a valid e-mail address' },
  codeRequired: { status: 400, message: 'Phone number and OTP are required' },
  malformedCode: { status: 400, message: 'Invalid OTP' },
  wrongCode: {
    status: 400,
    message: 'Invalid OTP',
    details: { triesLeft: Type.Integer({ description: 'Wrong codes that this challenge still allows.' }) },
  },
  locked: { status: 400, message: 'Too many wrong codes. Ask for a new one' },
  notFound: { status: 400, message: 'OTP not found or expired' },
  tooManyRequests: { status: 429, message: 'Too many attempts. Try again later', details: retryAfter },
  busy: { status: 503, message: 'Sign-in is busy right now. Try again shortly', details: retryAfter },
})

export const smsProblems = defineProblems('sms', {
  rejected: { status: 400, message: 'This number cannot receive codes' },
  unavailable: { status: 503, message: 'The SMS could not be sent. Try again shortly', details: retryAfter },
})

export const emailProblems = defineProblems('email', {
  rejected: { status: 400, message: 'This address cannot receive codes' },
  unavailable: { status: 503, message: 'The e-mail could not be sent. Try again shortly', details: retryAfter },
})
