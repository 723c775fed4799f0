// Dates as people type them: `2024`, `June 2024`, `jun`, `2024-06-12`, `yesterday`, `2024年6月`, `去年`. Pure.

export interface DateRange {
  readonly fromMs: number
  /** Exclusive. */
  readonly toMs: number
}

const languages = ['en', 'zh-CN'] as const
/** Names of months in both languages, long and short, in lower case. */
const months = new Map(
  languages.flatMap((language) =>
    (['long', 'short'] as const).flatMap((month) =>
      Array.from({ length: 12 }, (_, index) => {
        const date = new Date(2024, index, 1)
        const name = new Intl.DateTimeFormat(language, { month }).format(date).toLowerCase()
        return [name.replace('.', ''), index] as const
      }),
    ),
  ),
)

const range = (
  from: readonly [number, number, number],
  to: readonly [number, number, number],
): DateRange => ({
  fromMs: new Date(...from).getTime(),
  toMs: new Date(...to).getTime(),
})
const dayRange = (year: number, month: number, day: number) =>
  range([year, month, day], [year, month, day + 1])
const monthRange = (year: number, month: number) => range([year, month, 1], [year, month + 1, 1])
const yearRange = (year: number) => range([year, 0, 1], [year + 1, 0, 1])
const isYear = (year: number): boolean => year >= 1900 && year <= 2100

/** Returns the days that these words name, here and now; null where they name none. */
export function dateOfWords(words: string, todayMs: number): DateRange | null {
  const text = words.trim().toLowerCase()
  const today = new Date(todayMs)
  const [year, month, day] = [today.getFullYear(), today.getMonth(), today.getDate()]
  const relative: Record<string, DateRange> = {
    today: dayRange(year, month, day),
    今天: dayRange(year, month, day),
    yesterday: dayRange(year, month, day - 1),
    昨天: dayRange(year, month, day - 1),
    'this month': monthRange(year, month),
    本月: monthRange(year, month),
    'last month': monthRange(year, month - 1),
    上个月: monthRange(year, month - 1),
    'this year': yearRange(year),
    今年: yearRange(year),
    'last year': yearRange(year - 1),
    去年: yearRange(year - 1),
  }
  return relative[text] ?? numericDate(text) ?? namedMonth(text, today)
}

/** `2024`, `2024-06`, `2024-06-12`, `2024年6月12日`. */
function numericDate(text: string): DateRange | null {
  const found = /^(\d{4})(?:[-/.年](\d{1,2})(?:[-/.月](\d{1,2})日?)?月?)?年?$/u.exec(text)
  if (found === null) return null
  const [year, month, day] = [Number(found[1]), Number(found[2] ?? 1) - 1, Number(found[3] ?? 1)]
  if (!isYear(year) || month < 0 || month > 11 || day < 1 || day > 31) return null
  if (found[3] !== undefined) return dayRange(year, month, day)
  return found[2] === undefined ? yearRange(year) : monthRange(year, month)
}

/** `June 2024`; without a year the last June that has begun. */
function namedMonth(text: string, today: Date): DateRange | null {
  const parts = text.split(/\s+/u)
  if (parts.length > 2) return null
  const month = parts.map((part) => months.get(part)).find((found) => found !== undefined)
  if (month === undefined) return null
  const other = parts.find((part) => months.get(part) !== month)
  if (other === undefined) {
    const year = month > today.getMonth() ? today.getFullYear() - 1 : today.getFullYear()
    return monthRange(year, month)
  }
  return /^\d{4}$/u.test(other) && isYear(Number(other)) ? monthRange(Number(other), month) : null
}
