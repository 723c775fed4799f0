// What is written down for whoever has to find out what went wrong.

export type LogLevel = 'info' | 'warn' | 'error'

/** The host decides where it goes. */
export type Log = (level: LogLevel, message: string) => void

/** An error with where it came from. */
export function describeError(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  const cause = error.cause === undefined ? '' : `\ncaused by ${describeError(error.cause)}`
  return `${error.stack ?? error.message}${cause}`
}
