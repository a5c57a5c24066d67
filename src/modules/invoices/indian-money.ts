const belowTwenty = [
  'Zero',
  'One',
  'Two',
  'Three',
  'Four',
  'Five',
  'Six',
  'Seven',
  'Eight',
  'Nine',
  'Ten',
  'Eleven',
  'Twelve',
  'Thirteen',
  'Fourteen',
  'Fifteen',
  'Sixteen',
  'Seventeen',
  'Eighteen',
  'Nineteen',
]
const tens = ['', '', 'Twenty', 'Thirty', 'Forty', 'Fifty', 'Sixty', 'Seventy', 'Eighty', 'Ninety']
const steps: [size: number, word: string][] = [
  [10_000_000, 'Crore'],
  [100_000, 'Lakh'],
  [1000, 'Thousand'],
  [100, 'Hundred'],
]

function belowHundred(count: number): string {
  if (count < 20) return belowTwenty[count] ?? ''
  const units = count % 10
  return `${tens[Math.floor(count / 10)]}${units === 0 ? '' : `-${belowTwenty[units]}`}`
}

/** A whole number as it is said in India: `150000` → `One Lakh Fifty Thousand`. */
function numberInWords(count: number): string {
  if (count === 0) return 'Zero'
  const words: string[] = []
  let rest = count
  for (const [size, word] of steps) {
    if (rest >= size) words.push(numberInWords(Math.floor(rest / size)), word)
    rest %= size
  }
  if (rest > 0) words.push(belowHundred(rest))
  return words.join(' ')
}

/** Integer paise, not negative, as an invoice says them: `Rupees One Lakh Five and Fifty Paise Only`. */
export function amountInWords(paise: number): string {
  const rest = paise % 100
  const rupees = `Rupees ${numberInWords((paise - rest) / 100)}`
  return `${rupees}${rest === 0 ? '' : ` and ${belowHundred(rest)} Paise`} Only`
}

/** Integer paise with Indian groups and without a sign of the currency: `12345678` → `1,23,456.78`. */
export function formatIndian(paise: number): string {
  const [rupees = '', rest = ''] = (Math.abs(paise) / 100).toFixed(2).split('.')
  const grouped = rupees.replace(/\B(?=(?:\d\d)*\d{3}$)/g, ',')
  return `${paise < 0 ? '-' : ''}${grouped}.${rest}`
}
