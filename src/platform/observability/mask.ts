/** A phone number as logs may show it: country code, two digits, the last three. `+9198•••••210` */
export const maskPhone = (phone: string): string => `${phone.slice(0, 5)}•••••${phone.slice(-3)}`

/** Digits that could be a phone number, with the usual marks between them. Hexadecimal ids are left alone. */
const phoneLike = /(?<![\w.-])\+?\d(?:[ ()-]?\d){9,14}(?![\w-])/g

/** The text with anything that looks like a phone number masked: the last net under logs and error texts. */
export const maskPhoneNumbers = (text: string): string => text.replace(phoneLike, '[number]')

/** An e-mail address as logs may show it: the first letter and the domain. `a•••@example.com` */
export const maskEmail = (address: string): string =>
  `${address.slice(0, 1)}•••${address.slice(address.lastIndexOf('@'))}`
