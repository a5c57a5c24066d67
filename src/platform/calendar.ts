const day = [
  '(?:19|20)[0-9]{2}-(?:(?:0[13578]|1[02])-(?:0[1-9]|[12][0-9]|3[01])|(?:0[469]|11)-(?:0[1-9]|[12][0-9]|30)|02-(?:0[1-9]|1[0-9]|2[0-8]))',
  '(?:(?:19|20)(?:0[48]|[2468][048]|[13579][26])|2000)-02-29',
].join('|')
const clockTime = '(?:[01][0-9]|2[0-3]):[0-5][0-9](?::[0-5][0-9](?:\\.[0-9]{1,9})?)?'
const zone = '(?:Z|[+-](?:0[0-9]|1[0-4]):[0-5][0-9])'

/** A day of the calendar, from 1900 to 2099: `2026-01-26`. */
export const dayPattern = `^(?:${day})$`

/**
 * A time on such a day, with its zone: `2026-01-26T00:00:00+05:30`. `new Date` of it is that very moment; of 30 February it
 * would be 2 March, and of a leap second nothing.
 */
export const timePattern = `^(?:${day})T${clockTime}${zone}$`

const wholeDay = new RegExp(dayPattern)

export const isDay = (text: string): boolean => wholeDay.test(text)
