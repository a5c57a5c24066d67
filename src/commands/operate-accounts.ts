import { runOperatorCommand } from '../modules/accounts/index.ts'
import { systemClock } from '../platform/clock.ts'
import { createPhoneParser, isCountry } from '../platform/phone.ts'
import { runAndPrint } from './run-and-print.ts'

/** A command of accounts, typed by an operator. */
export const operateAccounts = (command: string[]): Promise<void> =>
  runAndPrint(command, ({ config: { signIn, secretKey }, database }) => {
    const parsePhone = createPhoneParser(signIn.countries.filter(isCountry))
    return runOperatorCommand({ database, parsePhone, secretKey, clock: systemClock }, command)
  })
