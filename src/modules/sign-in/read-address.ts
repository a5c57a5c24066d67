import { parseEmailAddress } from '../../platform/email-address.ts'
import { httpProblems } from '../../platform/http/http-problems.ts'
import type { Phone, PhoneParser } from '../../platform/phone.ts'
import type { Address } from './address.ts'
import { signInProblems } from './sign-in-problems.ts'
import type { TestPhones } from './test-phones.ts'

/** As a client submits it: one of the two. */
export interface SubmittedAddress {
  phoneNumber?: string | undefined
  email?: string | undefined
}

export interface ReadAddressDeps {
  parsePhone: PhoneParser
  testPhones: TestPhones
}

/** A mobile number that may sign in. @throws otp.phone_invalid */
function readPhone({ parsePhone, testPhones }: ReadAddressDeps, text: string): Phone {
  const phone = parsePhone(text)
  if (!phone || testPhones.codeFor(phone) === 'refused') throw signInProblems.phoneInvalid()
  return phone
}

/** @throws otp.phone_required, otp.phone_invalid, otp.email_invalid; request.malformed when both are there */
export function readAddress(deps: ReadAddressDeps, { phoneNumber, email }: SubmittedAddress): Address {
  if (phoneNumber !== undefined && email !== undefined) throw httpProblems.malformed()
  if (phoneNumber !== undefined) return { kind: 'phone', phone: readPhone(deps, phoneNumber) }
  if (email === undefined) throw signInProblems.phoneRequired()
  const address = parseEmailAddress(email)
  if (!address) throw signInProblems.emailInvalid()
  return { kind: 'email', email: address }
}
