// Downloads a model of the catalogue into a folder of its own, which appears in one step when all of it is right.
import { mkdir, readdir, rename, rm, statfs, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { labelSets, type CatalogueEntry } from '../../../models/catalogue/catalogue.ts'
import { isFile } from '../../../models/files.ts'
import { sourceFile, type ModelSource } from '../../../models/model-source.ts'
import { AppError } from '../../contract/errors.ts'
import { lockFile } from '../lock-file.ts'
import { bytesPresent, fetchFile, partialPath } from './fetch-file.ts'
import type { Hub } from './hub.ts'
import { describeFile, type HubFile } from './hub-file.ts'

export interface InstallProgress {
  readonly file: string
  readonly doneBytes: number
  readonly totalBytes: number
}

export interface InstallOptions {
  readonly hub: Hub
  readonly entry: CatalogueEntry
  /** Where models are kept; the model becomes `modelsDir/id`. */
  readonly modelsDir: string
  readonly signal: AbortSignal
  readonly onProgress: (progress: InstallProgress) => void
}

/** Left free for the library and everything else that is written meanwhile. */
const spareBytes = 64 * 1024 * 1024

export function installedPath(modelsDir: string, { id }: CatalogueEntry): string {
  return `${modelsDir}/${id}`
}

export function isInstalled(modelsDir: string, entry: CatalogueEntry): Promise<boolean> {
  return isFile(`${installedPath(modelsDir, entry)}/${sourceFile}`)
}

/**
 * Gives the folder. Throws AppError, or the signal's abort; both leave what was loaded for the next try. Of two programs
 * that want the same model, the second is refused.
 */
export async function install(options: InstallOptions): Promise<string> {
  await makeFolder(options.modelsDir)
  const target = installedPath(options.modelsDir, options.entry)
  const unlock = await lockFile(`${target}.lock`)
  if (unlock === null)
    throw new AppError(
      'bad-request',
      `${options.entry.title} is being downloaded by another Labelroom. Wait for it, then run the same command again.`,
    )
  try {
    return (await isInstalled(options.modelsDir, options.entry)) ? target : await installAlone(options)
  } finally {
    await unlock()
  }
}

async function installAlone({ hub, entry, modelsDir, signal, onProgress }: InstallOptions): Promise<string> {
  const target = installedPath(modelsDir, entry)
  const work = `${target}.partial`
  await makeFolder(work)
  const files = await describeFiles(hub, entry, signal)
  await removeStrangers(work, files)

  const totalBytes = files.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0)
  const present = new Map<HubFile, number>()
  for (const file of files) present.set(file, await bytesPresent(work, file))
  const doneBytes = () => [...present.values()].reduce((sum, bytes) => sum + bytes, 0)
  await checkSpace(work, entry, totalBytes - doneBytes())

  for (const file of files) {
    await fetchFile(hub, file, work, signal, (bytes) => {
      present.set(file, bytes)
      onProgress({ file: file.path, doneBytes: doneBytes(), totalBytes })
    })
  }
  for (const [file, names] of Object.entries(entry.labelSet === null ? {} : labelSets[entry.labelSet]))
    await writeFile(path.join(work, file), JSON.stringify(names))
  // The note comes last: a folder with it is whole.
  await writeFile(path.join(work, sourceFile), JSON.stringify(describeSource(entry, files), null, 2))
  await putInPlace(work, target)
  return target
}

/** The first file settles the commit; the others are asked for at that very commit. */
async function describeFiles(hub: Hub, entry: CatalogueEntry, signal: AbortSignal): Promise<HubFile[]> {
  const files: HubFile[] = []
  let revision = entry.revision ?? 'main'
  for (const name of entry.files) {
    const file = await describeFile(hub, entry.repository, revision, name, signal)
    if (files.length === 0 && entry.revision === null) {
      revision = file.commit
      files.push(await describeFile(hub, entry.repository, revision, name, signal))
    } else files.push(file)
  }
  return files
}

/** What an earlier try with another commit left behind. */
async function removeStrangers(work: string, files: readonly HubFile[]): Promise<void> {
  const ours = new Set(files.flatMap((file) => [file.path, path.basename(partialPath(work, file))]))
  for (const name of await readdir(work))
    if (!ours.has(name)) await rm(path.join(work, name), { recursive: true })
}

async function checkSpace(work: string, { title }: CatalogueEntry, neededBytes: number): Promise<void> {
  const { bavail, bsize } = await statfs(work)
  const missingBytes = neededBytes + spareBytes - bavail * bsize
  if (missingBytes <= 0) return
  const megabytes = Math.ceil(missingBytes / 1e6)
  throw new AppError(
    'disk-full',
    `There is not enough space for ${title} in ${path.dirname(work)}: ${megabytes} MB more are needed. Free some space, or set LABELROOM_HOME to another drive.`,
  )
}

function describeSource(entry: CatalogueEntry, files: readonly HubFile[]): ModelSource {
  const { id, title, repository, licence } = entry
  return {
    id,
    title,
    repository,
    licence,
    revision: files[0]?.commit ?? '',
    files: files.map(({ path: name, sizeBytes, hash }) => ({ path: name, sizeBytes, hash })),
  }
}

async function makeFolder(folder: string): Promise<void> {
  try {
    await mkdir(folder, { recursive: true })
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? ''
    throw new AppError(
      'output-unwritable',
      `${folder} cannot be made (${code}). Set LABELROOM_HOME to a folder that can.`,
      { cause: error },
    )
  }
}

async function putInPlace(work: string, target: string): Promise<void> {
  try {
    await rename(work, target)
  } catch (error) {
    throw new AppError(
      'output-unwritable',
      `${target} is in the way of the downloaded model. Move it away, then run the same command again.`,
      { cause: error },
    )
  }
}
