import { cruiseModules } from './cruise.ts'
import { moduleRules } from './module-rules.ts'

const violations = await cruiseModules()
for (const { rule, from, to } of violations) {
  const comment = moduleRules.find(({ name }) => name === rule)?.comment
  console.error(`${from} → ${to}\n  ${rule}${comment ? `: ${comment}` : ''}`)
}
process.exitCode = violations.length > 0 ? 1 : 0
