// The messages between Electron's main process and the core's process; calls use ports of their own.
import { z } from 'zod'
import { Backup } from './backups.ts'
import { appErrorCodes } from './errors.ts'
import { Message } from './message.ts'

/** `input`: read, with all that is below a folder. `output`: a file that is written; the user agreed to its replacement. */
export const ChosenUse = z.enum(['input', 'output'])
export type ChosenUse = z.infer<typeof ChosenUse>

export const ToCoreProcess = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('open'),
    dataFolder: z.string(),
    libraryFile: z.string(),
    /** A backup that takes the place of the library first; null: none. */
    restore: z.string().nullable(),
  }),
  /** Carries a port on which a client calls the core. */
  z.object({ type: z.literal('client') }),
  /** Carries the port to the worker that was requested. */
  z.object({ type: z.literal('worker'), id: z.int() }),
  z.object({ type: z.literal('worker-exit'), id: z.int(), why: Message }),
  /** The user chose this file or folder: the page may name it. */
  z.object({ type: z.literal('chosen'), path: z.string(), use: ChosenUse }),
  z.object({ type: z.literal('power'), isOnBattery: z.boolean() }),
  z.object({ type: z.literal('close') }),
])
export type ToCoreProcess = z.infer<typeof ToCoreProcess>

export const FromCoreProcess = z.discriminatedUnion('type', [
  z.object({ type: z.literal('opened') }),
  /** The path is registered, so that the page may be answered with it. */
  z.object({ type: z.literal('chosen'), path: z.string() }),
  z.object({
    type: z.literal('refused'),
    code: z.enum(appErrorCodes),
    message: Message,
    /** Can take the place of a damaged library. */
    backup: Backup.nullable(),
  }),
  /** Only Electron's main process can start processes. */
  z.object({
    type: z.literal('start-worker'),
    id: z.int(),
    threads: z.int().positive(),
    /** It gives way to what the user does. */
    isInBackground: z.boolean(),
  }),
  z.object({ type: z.literal('kill-worker'), id: z.int() }),
  /** One process writes the log file. */
  z.object({ type: z.literal('log'), level: z.enum(['info', 'warn', 'error']), message: z.string() }),
])
export type FromCoreProcess = z.infer<typeof FromCoreProcess>

/** What a client sends over its port. */
export const PortRequest = z.object({ id: z.int(), method: z.string(), input: z.unknown() })
