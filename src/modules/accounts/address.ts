export interface Point {
  lat: number
  lng: number
}

/** Where a customer has things delivered. */
export interface Address {
  id: string
  label: string
  lines: string[]
  landmark: string | null
  pincode: string
  point: Point | null
  instructions: string | null
  isDefault: boolean
}

/** What a client says of an address; the default is decided apart. */
export type AddressContent = Omit<Address, 'id' | 'isDefault'>

export const mostAddresses = 20

/** Without white space around it; nothing for text that is nothing else. */
const tidy = (text: string | null | undefined): string | null => text?.trim() || null

/** What was submitted, tidied: texts trimmed, empty lines left out, empty texts nothing. */
export const tidyAddress = <T extends Partial<AddressContent>>(content: T): T => ({
  ...content,
  ...(content.label !== undefined && { label: content.label.trim() }),
  ...(content.lines && { lines: content.lines.map((line) => line.trim()).filter((line) => line !== '') }),
  ...(content.landmark !== undefined && { landmark: tidy(content.landmark) }),
  ...(content.instructions !== undefined && { instructions: tidy(content.instructions) }),
})
