// Shares, megapixels, sizes of files and months in the words of a language; the one place where they are formatted.

const formats = new Map<string, Intl.NumberFormat>()

/** Making one costs more than formatting a hundred numbers, and a screen of photos needs it for each of them. */
export function numbersIn(language: string, options: Intl.NumberFormatOptions): Intl.NumberFormat {
  const key = `${language} ${JSON.stringify(options)}`
  const format = formats.get(key) ?? new Intl.NumberFormat(language, options)
  formats.set(key, format)
  return format
}

const months = new Map<string, Intl.DateTimeFormat>()

/** The same for a month and its year. */
export function monthsIn(language: string): Intl.DateTimeFormat {
  const options = { year: 'numeric', month: 'long', timeZone: 'UTC' } as const
  const format = months.get(language) ?? new Intl.DateTimeFormat(language, options)
  months.set(language, format)
  return format
}

/** 0.873 -> 87%; one decimal where `digits` asks for it. What would be rounded to nothing is less than the least. */
export function percentIn(language: string, share: number, digits: number): string {
  const format = numbersIn(language, {
    style: 'percent',
    minimumFractionDigits: digits,
    maximumFractionDigits: digits,
  })
  const least = 0.01 / 10 ** digits
  return share > 0 && share < least / 2 ? `<${format.format(least)}` : format.format(share)
}

/** 12.2 MP; null where that would be nothing. */
export function megapixelsIn(language: string, pixels: number): string | null {
  const megapixels = pixels / 1e6
  const format = numbersIn(language, { maximumFractionDigits: 1 })
  return megapixels < 0.05 ? null : `${format.format(megapixels)} MP`
}

/** 3.4 MB, 892 bytes */
export function bytesIn(language: string, bytes: number): string {
  const units = ['byte', 'kilobyte', 'megabyte', 'gigabyte', 'terabyte'] as const
  const power = Math.min(units.length - 1, Math.max(0, Math.floor(Math.log10(Math.max(1, bytes)) / 3)))
  return numbersIn(language, {
    style: 'unit',
    unit: units[power] ?? 'byte',
    // The short name of a byte has no plural.
    unitDisplay: power === 0 ? 'long' : 'short',
    maximumSignificantDigits: 3,
  }).format(bytes / 1000 ** power)
}
