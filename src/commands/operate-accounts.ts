import { runOperatorCommand } from '../modules/accounts/index.ts'
import { systemClock } from '../platform/clock.ts'
import { createPhoneParser, isCountry } from '../platform/phone.ts'
import { runAndPrint } from './run-and-print.ts'

/** A command of accounts, typed by an operator. */
export const operateAccounts = (command: string[]): Promise<void> =>
  runAndPrint(command, ({ config: { signIn, secretKey }, database }) => {
    const parsePhone = createPhoneParser(signIn.countries.filter(isCountry))
    const previous = signIn.secretKeyPrevious && { previousSecretKey: signIn.secretKeyPrevious }
    return runOperatorCommand({ database, parsePhone, secretKey, ...previous, clock: systemClock }, command)
  })
