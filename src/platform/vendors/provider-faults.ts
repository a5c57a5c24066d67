/** What is wrong with a list of chosen vendors, a sentence each. */
export function providerFaults(
  env: string,
  chosen: readonly string[],
  providers: readonly { id: string; developmentOnly?: true }[],
  development: boolean,
  /** What those do that are for development only. */
  pretence = 'sends to nobody',
): string[] {
  const known = providers.map(({ id }) => id)
  const unknown = chosen.filter((id) => !known.includes(id))
  const refused = providers.filter(({ id, developmentOnly }) => developmentOnly && !development && chosen.includes(id))
  return [
    ...unknown.map((id) => `${env} names ${JSON.stringify(id)}; known are ${known.join(', ')}.`),
    ...refused.map(({ id }) => `${env} names ${id}, which ${pretence} and is for development only.`),
    ...(new Set(chosen).size < chosen.length ? [`${env} names a vendor twice.`] : []),
  ]
}
