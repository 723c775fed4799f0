// What Electron's main process and the process of the core say to each other; calls go over ports of their own.
import { z } from 'zod'
import { appErrorCodes } from './errors.ts'

export const ToCoreProcess = z.discriminatedUnion('type', [
  z.object({ type: z.literal('open'), dataFolder: z.string(), libraryFile: z.string() }),
  /** Carries a port on which a client calls the core. */
  z.object({ type: z.literal('client') }),
  /** Carries the port to the worker that was asked for. */
  z.object({ type: z.literal('worker'), id: z.int() }),
  z.object({ type: z.literal('worker-exit'), id: z.int(), why: z.string() }),
  z.object({ type: z.literal('close') }),
])
export type ToCoreProcess = z.infer<typeof ToCoreProcess>

export const FromCoreProcess = z.discriminatedUnion('type', [
  z.object({ type: z.literal('opened') }),
  z.object({ type: z.literal('refused'), code: z.enum(appErrorCodes), message: z.string() }),
  /** Only Electron's main process can start processes. */
  z.object({ type: z.literal('start-worker'), id: z.int(), threads: z.int().positive() }),
  z.object({ type: z.literal('kill-worker'), id: z.int() }),
  /** One process writes the log file. */
  z.object({ type: z.literal('log'), level: z.enum(['info', 'warn', 'error']), message: z.string() }),
])
export type FromCoreProcess = z.infer<typeof FromCoreProcess>

/** What a client sends over its port. */
export const PortRequest = z.object({ id: z.int(), method: z.string(), input: z.unknown() })
