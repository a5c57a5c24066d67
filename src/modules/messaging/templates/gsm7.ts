const basic =
  '@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !"#¤%&\'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà'
const extension = '\f^{}\\[~]|€'

/** What one SMS holds; a longer text is cut in pieces and each is charged. */
export const oneSegment = 160

/** The characters of a text that the GSM 7-bit alphabet lacks. A single one makes an SMS hold 70 characters. @see 3GPP TS 23.038 */
export const outsideGsm7 = (text: string): string[] => [
  ...new Set([...text].filter((character) => !basic.includes(character) && !extension.includes(character))),
]

/** The length of a GSM-7 text as it is charged: characters of the extension table count twice. */
export const septets = (text: string): number =>
  [...text].reduce((sum, character) => sum + (extension.includes(character) ? 2 : 1), 0)
