/**
 * What makes a text read otherwise than it is, as the inside of a character class of a pattern with the flag `u`: what
 * controls or ends a line, what turns the direction of writing round, what nobody sees, and halves of a character, which no
 * database takes. The joiners U+200C and U+200D stand apart: Indic scripts are written with them.
 */
export const misleading = [
  '\\p{Cc}\\p{Zl}\\p{Zp}\\p{Cs}\\u200b\\u2060-\\u2064\\ufeff\\u202a-\\u202e\\u2066-\\u206f\\ufff9-\\ufffb',
  '\\u115f\\u1160\\u3164\\uffa0', // letters that are blank
].join('')

/** There is something to be seen. */
const visible = '(?=[\\s\\S]*[\\p{L}\\p{N}\\p{P}\\p{S}])'

/** Text for people on one line: at least one visible character, and none that misleads. */
export const plainPattern = `^${visible}[^${misleading}]+$`

/** The same in one or more lines. */
export const linesPattern = `^${visible}(?:[^${misleading}]|\\n)+$`

/** The same on one line, where a bar ends a text. */
export const plainWithoutBarPattern = `^${visible}[^${misleading}|]+$`
