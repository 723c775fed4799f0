// What the exit code says to a script.
import { AppError } from '../contract/errors.ts'

export const exitCodes = {
  allLabelled: 0,
  usage: 1,
  someFailed: 2,
  couldNotRun: 3,
  /** 128 + SIGINT, as shells expect of a program ended by Ctrl-C. */
  interrupted: 130,
} as const

/** Thrown for a wrong command line. */
export class UsageError extends Error {}

/** The exit code and the one sentence for anything thrown. */
export function explainFailure(error: unknown): { readonly code: number; readonly message: string } {
  if (error instanceof UsageError) return { code: exitCodes.usage, message: error.message }
  if (error instanceof AppError) {
    const code = error.code === 'cancelled' ? exitCodes.interrupted : exitCodes.couldNotRun
    return { code, message: error.message }
  }
  const message = error instanceof Error ? error.message : String(error)
  return { code: exitCodes.couldNotRun, message: `Labelroom stopped on an unexpected error: ${message}` }
}
