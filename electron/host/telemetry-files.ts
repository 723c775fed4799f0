// Finds and deletes what the inference runtime's telemetry left on this machine before Labelroom switched it off.
import { constants, type Stats } from 'node:fs'
import { lstat, open, readdir, realpath, rmdir, unlink, writeFile } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { isRunning } from '../common/is-running.ts'

export interface TelemetryFile {
  readonly path: string
  readonly sizeBytes: number
}

/** Where to look; another one than the user's own in tests. */
export interface TelemetryPlaces {
  /** The folder in which the runtime makes its own; null where it makes none, as on Windows. */
  readonly queueParent: string | null
  readonly temporaryFolder: string
}

const queueFolders = ['Microsoft', 'DeveloperTools', '.onnxruntime']

/** The device id, its lock and partial files, and the SQLite database of queued events: all that the runtime writes there. */
const queueName = /^(deviceid(\.lock|\.tmp\.[0-9a-f-]{36})?|onnxruntime\.db(-wal|-shm|-journal)?)$/
const temporaryName = /^(mat-debug-(\d+)\.log|\.ses)$/
/** When the session began, and its id: the whole of the file. */
const sessionText = /^\d{13}\n[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\n?$/
const sessionMaxBytes = 64

/**
 * The places by the same rules as in onnxruntime 1.30: read in the library's strings and its source, and observed on
 * Linux. Windows has no queue.
 */
export function telemetryPlaces(environment = process.env, platform = process.platform): TelemetryPlaces {
  const cache = environment['XDG_CACHE_HOME'] ?? ''
  const home = environment['HOME'] ?? os.homedir()
  const queueParent =
    platform === 'win32'
      ? null
      : platform === 'darwin'
        ? path.join(home, 'Library', 'Application Support')
        : path.isAbsolute(cache)
          ? cache
          : path.join(home, '.cache')
  return { queueParent, temporaryFolder: environment['TMPDIR'] ?? os.tmpdir() }
}

/**
 * The files of the runtime's queue, and what it left in the temporary folder. Only regular files of the user count, under the exact names
 * that the runtime gives them, in folders that are no links.
 */
export async function findTelemetryFiles(places = telemetryPlaces()): Promise<TelemetryFile[]> {
  if (places.queueParent === null) return []
  const queue = await ownFolder(places.queueParent, queueFolders)
  const found = queue === null ? [] : await filesIn(queue, queueName)
  const temporary = await realpath(places.temporaryFolder).catch(() => null)
  if (temporary !== null) found.push(...(await filesIn(temporary, temporaryName, isTemporaryLeftover)))
  return found
}

/** Deletes them, and the runtime's folders where nothing else is in them; returns what could not be deleted. */
export async function deleteTelemetryFiles(places = telemetryPlaces()): Promise<{
  readonly deleted: TelemetryFile[]
  readonly kept: TelemetryFile[]
}> {
  const deleted: TelemetryFile[] = []
  const kept: TelemetryFile[] = []
  for (const file of await findTelemetryFiles(places)) {
    // `unlink` takes away the name, also of a link that was put there meanwhile, and never what it points to.
    const isGone = await unlink(file.path).then(
      () => true,
      () => false,
    )
    ;(isGone ? deleted : kept).push(file)
  }
  if (places.queueParent !== null)
    for (let depth = queueFolders.length; depth > 0; depth--) {
      const folder = await ownFolder(places.queueParent, queueFolders.slice(0, depth))
      // Fails while anything is in it, and so the folders above it stay as well.
      if (
        folder === null ||
        !(await rmdir(folder).then(
          () => true,
          () => false,
        ))
      )
        break
    }
  return { deleted, kept }
}

/** How many files to notify the user about, once; 0 when that was done before or there are none. */
export async function takeTelemetryNotice(dataFolder: string, places = telemetryPlaces()): Promise<number> {
  const files = await findTelemetryFiles(places)
  // An empty log alone in the temporary folder is no news.
  if (!files.some((file) => queueName.test(path.basename(file.path)))) return 0
  try {
    await writeFile(path.join(dataFolder, 'telemetry-notice'), `${new Date().toISOString()}\n`, {
      flag: 'wx',
      mode: 0o600,
    })
    return files.length
  } catch {
    return 0
  }
}

/** The folder below `parent`, where each of `names` is a folder of the user and no link; otherwise null. */
async function ownFolder(parent: string, names: readonly string[]): Promise<string | null> {
  let folder = await realpath(parent).catch(() => null)
  for (const name of names) {
    if (folder === null) return null
    folder = path.join(folder, name)
    const found = await lstat(folder).catch(() => null)
    if (found?.isDirectory() !== true || !isOwn(found)) return null
  }
  return folder
}

async function filesIn(
  folder: string,
  meant: RegExp,
  isMeant: (file: string, found: Stats) => Promise<boolean> = () => Promise.resolve(true),
): Promise<TelemetryFile[]> {
  const files: TelemetryFile[] = []
  for (const name of (await readdir(folder).catch(() => [])).sort()) {
    if (!meant.test(name)) continue
    const file = path.join(folder, name)
    const found = await lstat(file).catch(() => null)
    if (found?.isFile() === true && isOwn(found) && (await isMeant(file, found)))
      files.push({ path: file, sizeBytes: found.size })
  }
  return files
}

/** In the temporary folder, which other programs use: the runtime's empty log of a process that ended, its session note. */
async function isTemporaryLeftover(file: string, found: Stats): Promise<boolean> {
  const pid = temporaryName.exec(path.basename(file))?.[2]
  if (pid !== undefined) return found.size === 0 && !isRunning(Number(pid))
  if (found.size > sessionMaxBytes) return false
  const { O_RDONLY, O_NOFOLLOW, O_NONBLOCK } = constants
  const opened = await open(file, O_RDONLY | O_NOFOLLOW | O_NONBLOCK).catch(() => null)
  if (opened === null) return false
  try {
    const { buffer, bytesRead } = await opened.read(Buffer.alloc(sessionMaxBytes + 1))
    return sessionText.test(buffer.toString('latin1', 0, bytesRead))
  } finally {
    await opened.close()
  }
}

const isOwn = (found: Stats): boolean => process.getuid === undefined || found.uid === process.getuid()
