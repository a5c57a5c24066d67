/** What happens to messages, in the words that operators search for. */
export interface LogLines {
  accepted: string
  rejected: string
  unavailable: string
  needsOperator: string
  noVendor: string
  fault: string
  incomplete: string
  circuitChanged: string
  receipt: string
  undelivered: string
}

export const smsLines: LogLines = {
  accepted: 'SMS accepted',
  rejected: 'SMS rejected',
  unavailable: 'SMS vendor unavailable',
  needsOperator: 'SMS vendor needs an operator',
  noVendor: 'no SMS vendor takes messages',
  fault: 'fault in an SMS vendor',
  incomplete: 'SMS vendor is not used: settings are missing',
  circuitChanged: 'circuit of an SMS vendor changed',
  receipt: 'SMS receipt',
  undelivered: 'SMS was not delivered, and an operator is needed',
}

export const emailLines: LogLines = {
  accepted: 'e-mail accepted',
  rejected: 'e-mail rejected',
  unavailable: 'e-mail vendor unavailable',
  needsOperator: 'e-mail vendor needs an operator',
  noVendor: 'no e-mail vendor takes messages',
  fault: 'fault in an e-mail vendor',
  incomplete: 'e-mail vendor is not used: settings are missing',
  circuitChanged: 'circuit of an e-mail vendor changed',
  receipt: 'e-mail receipt',
  undelivered: 'e-mail was not delivered, and an operator is needed',
}
