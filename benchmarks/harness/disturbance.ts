/** Other work above this share of a core spoils a measurement. Some of it is the kernel's, for us. */
const mostForeign = 0.15
const mostTries = 3

interface Taken {
  errors: number
  foreignShare?: number
}

/**
 * Takes a measurement, and takes it again while the machine does other things, at most so often. The calmest counts:
 * what a measurement came to does not matter for that. An error counts wherever it was.
 */
export async function takeUndisturbed<T extends Taken>(
  name: string,
  take: () => Promise<T>,
  say: (line: string) => void,
): Promise<{ calmest: T; errors: number }> {
  let calmest = await take()
  let errors = calmest.errors
  for (let tries = 1; tries < mostTries && (calmest.foreignShare ?? 0) > mostForeign; tries += 1) {
    const taken = await take()
    errors += taken.errors
    if ((taken.foreignShare ?? 0) < (calmest.foreignShare ?? 0)) calmest = taken
  }
  const foreign = calmest.foreignShare ?? 0
  if (foreign > mostForeign) say(`${name}: other work took ${Math.round(foreign * 100)} % of a core at the calmest try`)
  return { calmest, errors }
}
