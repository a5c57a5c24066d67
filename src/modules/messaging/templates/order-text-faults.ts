import { oneSegment, outsideGsm7, septets } from './gsm7.ts'
import { orderWording } from './order-text.ts'
import {
  envNameOf,
  type OrderTextName,
  type OrderTextSettings,
  type OrderVariant,
  orderTextNames,
  orderTextVariables,
  type TextSettings,
} from './text-settings.ts'

/** The longest that is filled in. */
const longest = { order: 'X'.repeat(8), amount: '100000.00' }

const variablesIn = (text: string): string[] => [...text.matchAll(/\{([^{}]*)\}/g)].map(([, name = '']) => name)

function faultsOf(
  settings: TextSettings,
  order: OrderTextSettings,
  name: OrderTextName,
  variant: OrderVariant,
): string[] {
  const text = orderWording(order, variant)
  const env = `SMS_TEXT_${envNameOf(variant)}`
  const needed: readonly string[] = orderTextVariables[name]
  const used = variablesIn(text)
  const unknown = used.filter((variable) => variable !== 'brand' && !needed.includes(variable))
  const strange = outsideGsm7(text)
  const faults = [
    ...needed.filter((variable) => !used.includes(variable)).map((variable) => `${env} lacks {${variable}}.`),
    ...unknown.map(
      (variable) => `${env} uses {${variable}}: only {${[...needed, 'brand'].join('}, {')}} are filled in.`,
    ),
    ...(unknown.length === 0 && /[{}]/.test(text.replace(/\{\w+\}/g, ''))
      ? [`${env} has a brace that belongs to no variable.`]
      : []),
    ...(strange.length > 0
      ? [`${env} has ${strange.map((each) => `"${each}"`).join(', ')}, which is not in the GSM-7 alphabet.`]
      : []),
  ]
  if (faults.length > 0) return faults
  const values: Record<string, string> = { ...longest, brand: settings.brand }
  const length = septets(text.replace(/\{(\w+)\}/g, (_whole, variable: string) => values[variable] ?? ''))
  return length > oneSegment ? [`${env} makes up to ${length} characters; one SMS holds ${oneSegment}.`] : []
}

/**
 * What is wrong with the texts about orders, a sentence each. Both languages take their values in one order: some vendors
 * fill them in by their places, and a language that is not registered there gets the text of the other.
 */
export function orderTextFaults(settings: TextSettings, order: OrderTextSettings): string[] {
  return orderTextNames.flatMap((name) => {
    const [en, hi] = [`${name}_en`, `${name}_hi`] as const
    const faults = [en, hi].flatMap((variant) => faultsOf(settings, order, name, variant))
    const places = [en, hi].map((variant) =>
      variablesIn(orderWording(order, variant))
        .filter((variable) => variable !== 'brand')
        .join(),
    )
    return faults.length > 0 || places[0] === places[1]
      ? faults
      : [`SMS_TEXT_${envNameOf(hi)} must name its values in the order of SMS_TEXT_${envNameOf(en)}.`]
  })
}
