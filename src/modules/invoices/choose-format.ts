export const formats = ['json', 'html', 'pdf'] as const
export type Format = (typeof formats)[number]

const formatOf: Record<string, Format> = {
  'application/json': 'json',
  'application/*': 'json',
  '*/*': 'json',
  'text/html': 'html',
  'text/*': 'html',
  'application/pdf': 'pdf',
}

/** As what a document is sent: as the address says, else as `Accept` would like it most, else as JSON. */
export function chooseFormat(asked: Format | undefined, accept: string | undefined): Format {
  if (asked !== undefined) return asked
  const wishes = (accept ?? '').split(',').flatMap((wish) => {
    const [type = '', ...parameters] = wish.split(';').map((part) => part.trim().toLowerCase())
    const format = formatOf[type]
    const quality = Number(parameters.find((each) => each.startsWith('q='))?.slice(2) ?? 1)
    return format !== undefined && quality > 0 ? [{ format, quality }] : []
  })
  return wishes.sort((a, b) => b.quality - a.quality)[0]?.format ?? 'json'
}
