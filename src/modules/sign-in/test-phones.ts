import type { Clock } from '../../platform/clock.ts'
import type { Phone, PhoneParser } from '../../platform/phone.ts'

interface TestPhoneSettings {
  testPhones: readonly string[]
  testPhonesUntil?: string
}

const entry = /^(\+\d{8,15}):(\d{6})$/
const endOf = (day: string): number => Date.parse(`${day}T23:59:59.999Z`)

const isDay = (day: string): boolean => {
  const end = endOf(day)
  return !Number.isNaN(end) && new Date(end).toISOString().startsWith(day)
}

/** What is wrong with the settings of the test numbers, a sentence each. No sentence holds a number or code. */
export function testPhoneFaults({ testPhones, testPhonesUntil }: TestPhoneSettings, development: boolean): string[] {
  const numbers = testPhones.map((text) => entry.exec(text)?.[1])
  const faults: string[] = []
  if (numbers.includes(undefined))
    faults.push('TEST_PHONES must list numbers with their code, such as +919999900001:123456.')
  if (new Set(numbers).size < numbers.length) faults.push('TEST_PHONES must list each number once.')
  if (testPhones.length > 0 && !testPhonesUntil && !development)
    faults.push('TEST_PHONES_UNTIL is missing: outside development test numbers need a last day.')
  if (testPhonesUntil && !isDay(testPhonesUntil)) faults.push('TEST_PHONES_UNTIL must be a day such as 2027-01-31.')
  return faults
}

export interface TestPhones {
  /** The fixed code of a test number; `refused` after the last day; `undefined` for every other number. */
  codeFor(phone: Phone): string | 'refused' | undefined
}

export function createTestPhones(
  { testPhones, testPhonesUntil }: TestPhoneSettings,
  { parsePhone, development, clock }: { parsePhone: PhoneParser; development: boolean; clock: Clock },
): TestPhones {
  const codes = new Map<string | undefined, string>()
  for (const text of testPhones) {
    const [, number = '', code = ''] = entry.exec(text) ?? []
    codes.set(parsePhone(number), code)
  }
  const end = development || !testPhonesUntil ? Number.POSITIVE_INFINITY : endOf(testPhonesUntil)
  return {
    codeFor(phone) {
      const code = codes.get(phone)
      return code !== undefined && clock.now() > end ? 'refused' : code
    },
  }
}
