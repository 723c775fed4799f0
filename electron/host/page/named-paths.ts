// Which files and folders a page may name. In the browser: those below folders that were named when the host started, and
// files that it uploaded or downloads; in Electron: those that the user chose or dropped; in both, what the library knows.
// A page that is taken over reads and writes nothing else of the user.
import os from 'node:os'
import path from 'node:path'
import { remotePlace } from '../../common/windows-paths.ts'
import { AppError, toWireError } from '../../contract/errors.ts'
import type { Transport, WireReply, WireRequest } from '../../contract/transport.ts'
import { msg, type Message } from '../../texts/message.ts'
import { readPaths, type PathUse } from './path-fields.ts'
import { isInAny, isOneOf, isVisibleInAny, realPathOf } from './real-paths.ts'

type Request = Transport['request']

/** What a page may name in one host. */
export interface Places {
  /** As it is given to the core. Throws AppError for what is no path here. */
  readonly resolve: (named: string) => string
  /** What the page may name, as text: shares of these are looked up. See [Note: network paths] */
  readonly mentioned: () => Promise<readonly string[]>
  /** Whether the real path may be used so. */
  readonly allows: (use: PathUse, real: string, request: WireRequest) => Promise<boolean>
  readonly refusal: (path: string) => Message
}

/** Of the machine; tests take another one's place. */
export interface PathSystem {
  readonly platform: NodeJS.Platform
  readonly lookUp: (named: string) => Promise<string>
}

const ownSystem: PathSystem = { platform: process.platform, lookUp: realPathOf }

/** Answers requests that name nothing else than they may. */
export function guardPaths(
  request: Request,
  { resolve, mentioned, allows, refusal }: Places,
  { platform, lookUp } = ownSystem,
): Request {
  const mayLookUp = async (named: string) => {
    const place = remotePlace(named, platform)
    if (place === null) return true
    return place !== 'device' && (await mentioned()).some((path) => remotePlace(path, platform) === place)
  }
  /** The reply comes wrapped, so that this ends when the request was passed on. */
  const passOn = async ({ call, paths }: ReturnType<typeof readPaths>) => {
    for (const { path: named, use } of paths)
      if (!(await mayLookUp(named)) || !(await allows(use, await lookUp(named), call)))
        throw new AppError('bad-request', refusal(named))
    return { reply: request(call) }
  }
  /** What is passed on or about to be, and its group. */
  const open = new Map<Promise<unknown>, string>()
  return async (raw) => {
    try {
      const read = readPaths(raw, resolve)
      const [group = '', name = ''] = read.call.method.split('.')
      // Looking paths up takes time: what cancels a call must not overtake it, or it would find nothing to cancel.
      if (name.startsWith('cancel'))
        await Promise.allSettled([...open].flatMap(([passed, of]) => (of === group ? [passed] : [])))
      const passed = passOn(read)
      open.set(passed, group)
      try {
        return await (
          await passed
        ).reply
      } finally {
        open.delete(passed)
      }
    } catch (error) {
      return { ok: false, error: toWireError(error) }
    }
  }
}

/** Folders and models of the library, which may be named again, and what the core itself named to the page. */
export interface KnownPaths {
  readonly request: Request
  readonly list: () => Promise<readonly string[]>
  readonly has: (real: string) => Promise<boolean>
}

/** `request` is the core's. Remembers folders that were taken out, which the page offers to add again. */
export function createKnownPaths(request: Request): KnownPaths {
  const seen = new Set<string>()
  const list = async (method: string) => {
    const reply = await request({ method, input: {} })
    return reply.ok ? (reply.output as { path: string }[]).map((entry) => entry.path) : []
  }
  const listAll = async () => [...seen, ...(await list('library.folders')), ...(await list('models.list'))]
  return {
    list: listAll,
    async request(call) {
      if (call.method === 'library.removeFolder')
        for (const folder of await list('library.folders')) seen.add(folder)
      const reply = await request(call)
      // Where the core found folders of the library that are missing.
      if (call.method === 'library.moved' && reply.ok)
        for (const { to } of reply.output as { to: string }[]) seen.add(to)
      return reply
    },
    has: async (real) => isInAny(real, await listAll()),
  }
}

export interface BrowserPlacesOptions {
  /** Folders below which files and folders may be named; hidden ones may not. */
  readonly roots: readonly string[]
  /** The folder of Labelroom's own files, whose models and samples may be named. */
  readonly dataFolder: string
  readonly known: KnownPaths
  /** Libraries that were opened before. */
  readonly libraries: () => Promise<readonly string[]>
  readonly isUpload: (path: string) => boolean
  readonly isDownload: (path: string) => boolean
}

export function browserPlaces(options: BrowserPlacesOptions): Places {
  const { roots, dataFolder, known, libraries, isUpload, isDownload } = options
  const allows: Record<PathUse, (real: string, request: WireRequest) => Promise<boolean>> = {
    input: async (real) => (await isVisibleInAny(real, [...roots, dataFolder])) || known.has(real),
    table: (real) => Promise.resolve(isUpload(real)),
    'new-folder': (real) => isVisibleInAny(real, roots),
    output: (real) => Promise.resolve(isDownload(real)),
    backups: async (real) =>
      (await isVisibleInAny(real, roots)) || isOneOf(real, await presentBackupFolder(known)),
    library: async (real) => isOneOf(real, await libraries()),
    // The host of a browser has no file manager, and says so.
    shown: () => Promise.resolve(true),
  }
  return {
    resolve: resolveTyped,
    mentioned: async () => [
      ...[...roots, dataFolder, ...(await known.list()), ...(await libraries())],
      ...(await presentBackupFolder(known)),
    ],
    allows: (use, real, request) => allows[use](real, request),
    refusal: (named) =>
      msg(
        '{{path}} lies outside the folders that this page may use, or is hidden. Choose another place, or name its folder when you start Labelroom.',
        { path: named },
      ),
  }
}

/** A path as users write it on this machine; `~` is their home folder. */
function resolveTyped(named: string): string {
  const full = /^~(?=$|[/\\])/.test(named) ? path.join(os.homedir(), named.slice(1)) : named
  if (path.isAbsolute(full)) return full
  throw new AppError(
    'bad-request',
    msg('{{path}} is no full path. Begin with the drive, or with ~ for your home folder.', { path: named }),
  )
}

/** What the user chose in Electron, in dialogs and by dropping it. */
export interface ChosenPaths {
  /** Files, and folders with all that is below them but tables. */
  readonly input: Set<string>
  /** Files that may be replaced: the dialog has asked. */
  readonly output: Set<string>
}

export const noPathsChosen = (): ChosenPaths => ({ input: new Set(), output: new Set() })

export interface ElectronPlacesOptions {
  readonly chosen: ChosenPaths
  /** Outputs of before, which were chosen then. */
  readonly written: () => Promise<readonly string[]>
  readonly dataFolder: string
  readonly known: KnownPaths
  /** Libraries that were opened before. */
  readonly libraries: () => Promise<readonly string[]>
}

export function electronPlaces(options: ElectronPlacesOptions): Places {
  const { written, dataFolder, known, libraries } = options
  const { input: inputs, output: outputs } = options.chosen
  const read = async (real: string) => (await isInAny(real, inputs)) || known.has(real)
  const allows: Record<PathUse, (real: string, request: WireRequest) => Promise<boolean>> = {
    input: read,
    // Its first rows are shown, so it is the very file that was chosen.
    table: (real) => isOneOf(real, inputs),
    'new-folder': (real) => isInAny(real, inputs),
    output: async (real, { input }) =>
      (await isOneOf(real, outputs)) || (!mayReplace(input) && (await isOneOf(real, await written()))),
    backups: async (real) => (await isInAny(real, inputs)) || isOneOf(real, await presentBackupFolder(known)),
    library: async (real) => isOneOf(real, await libraries()),
    shown: async (real) =>
      (await isInAny(real, [dataFolder, ...outputs, ...(await written()), ...(await libraries())])) ||
      read(real),
  }
  return {
    resolve: (named) => named,
    mentioned: async () => [
      ...[...inputs, ...outputs, ...(await written()), dataFolder, ...(await known.list())],
      ...[...(await libraries()), ...(await presentBackupFolder(known))],
    ],
    allows: (use, real, request) => allows[use](real, request),
    refusal: (named) =>
      msg('{{path}} was not chosen in a dialog. Choose it by the button beside its name.', { path: named }),
  }
}

const mayReplace = (input: unknown): boolean => (input as { overwrite?: unknown }).overwrite === true

/** Settings are saved with the folder that they have; empty where they have none. */
async function presentBackupFolder({ request }: KnownPaths): Promise<string[]> {
  const reply: WireReply = await request({ method: 'settings.get', input: {} })
  const folder = reply.ok ? (reply.output as { backups: { folder: string | null } }).backups.folder : null
  return folder === null ? [] : [folder]
}
