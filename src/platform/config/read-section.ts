import { parseRupees } from '../money.ts'
import { Secret } from './secret.ts'
import { type ConfigContext, type DeclaredSetting, namesOf, type Section, type Values } from './section.ts'

export type Env = Readonly<Record<string, string | undefined>>

const flags: Record<string, boolean> = {
  true: true,
  yes: true,
  on: true,
  1: true,
  false: false,
  no: false,
  off: false,
  0: false,
}

/** The environment's text as the declared type; text that does not fit stays text, and the check refuses it. */
function convert(declared: DeclaredSetting, text: string): unknown {
  if (declared.rupees) return parseRupees(text) ?? text
  switch (declared.type) {
    case 'integer':
      return /^-?\d{1,15}$/.test(text) ? Number(text) : text
    case 'boolean':
      return flags[text.toLowerCase()] ?? text
    case 'array':
      return text
        .split(',')
        .map((part) => part.trim())
        .filter((part) => part !== '')
    default:
      return text
  }
}

/** Whether a converted value is what the setting declares. The kinds are few, so a whole validator is not loaded for them. */
function fits(declared: DeclaredSetting, value: unknown): boolean {
  const { type, enum: allowed, pattern, minLength = 0, minimum = 0, maximum = Number.MAX_SAFE_INTEGER } = declared
  switch (type) {
    case 'integer':
      return typeof value === 'number' && value >= minimum && value <= maximum
    case 'boolean':
      return typeof value === 'boolean'
    case 'array':
      return Array.isArray(value)
    default:
      return (
        typeof value === 'string' &&
        value.length >= minLength &&
        (!allowed || allowed.includes(value)) &&
        (!pattern || new RegExp(pattern).test(value))
      )
  }
}

const expectation = (declared: DeclaredSetting): string => {
  if (declared.rupees) return 'an amount in rupees such as 0.25'
  if (declared.enum) return `one of ${declared.enum.join(', ')}`
  if (declared.type === 'integer')
    return `a whole number from ${declared.minimum ?? 0}${declared.maximum === undefined ? '' : ` to ${declared.maximum}`}`
  if (declared.type === 'boolean') return 'true or false'
  const { minLength, pattern, form = pattern && `text like ${pattern}` } = declared
  if (!minLength) return form ?? 'other text'
  return `${form ?? 'text'} of at least ${minLength} characters`
}

/**
 * Reads one section from the environment. Never throws: what is wrong is added to `faults`, a sentence each,
 * so that a bad start can name everything at once. No sentence holds a value that was set.
 */
export function readSection<S extends Section>(
  section: S,
  env: Env,
  context: ConfigContext,
  faults: string[],
): Values<S> {
  const values: Record<string, unknown> = {}
  const faulty: string[] = []

  for (const [key, schema] of Object.entries(section.settings.properties)) {
    const declared = schema as unknown as DeclaredSetting
    const name = namesOf(declared).find((candidate) => env[candidate]?.trim())
    if (name === undefined) {
      if (declared.default !== undefined) values[key] = declared.default
      continue
    }
    const value = convert(declared, (env[name] as string).trim())
    if (!fits(declared, value)) {
      faulty.push(name)
      faults.push(`${name} must be ${expectation(declared)}.`)
      if (declared.default !== undefined) values[key] = declared.default // so that the rest can still be checked
      continue
    }
    values[key] = declared.secret ? new Secret(value as string) : value
  }

  const together = section.check?.(values as never, context) ?? []
  faults.push(...together.filter((sentence) => !faulty.some((name) => sentence.startsWith(name))))
  return values as Values<S>
}
