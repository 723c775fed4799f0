// Downloads a model of the catalogue into a folder of its own, which appears atomically when it is complete.
import { mkdir, readdir, rename, rm, statfs, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { labelSets, type CatalogueEntry } from '../../../../models/catalogue/catalogue.ts'
import { isFile } from '../../../../models/checkpoint/files.ts'
import { sourceFile, type ModelSource } from '../../../../models/catalogue/model-source.ts'
import { AppError } from '../../../contract/errors.ts'
import { msg } from '../../../texts/message.ts'
import { lockFile } from '../../files/lock-file.ts'
import { toAppError } from '../../files/to-app-error.ts'
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

/** Disk space to leave free for the library and other writes meanwhile. */
const spareBytes = 64 * 1024 * 1024

export function installedPath(modelsDir: string, { id }: CatalogueEntry): string {
  return `${modelsDir}/${id}`
}

export function isInstalled(modelsDir: string, entry: CatalogueEntry): Promise<boolean> {
  return isFile(`${installedPath(modelsDir, entry)}/${sourceFile}`)
}

/**
 * Returns the folder. Throws AppError, or the signal's reason; both keep what was downloaded for the next attempt. Of
 * two programs that install the same model, the second fails.
 */
export async function install(options: InstallOptions): Promise<string> {
  await makeFolder(options.modelsDir)
  const target = installedPath(options.modelsDir, options.entry)
  const unlock = await lockFile(`${target}.lock`)
  if (unlock === null)
    throw new AppError(
      'bad-request',
      msg(
        '{{title}} is being downloaded by another Labelroom. Wait for it, then run the same command again.',
        { title: options.entry.title },
      ),
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
  // The note is written last: a folder that has it is complete.
  await writeFile(path.join(work, sourceFile), JSON.stringify(describeSource(entry, files), null, 2))
  await putInPlace(work, target)
  return target
}

/** The first file decides the commit; the others are requested at that very commit. */
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

/** Deletes the partial files of an earlier attempt at another commit. */
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
    msg(
      'There is not enough space for {{title}} in {{folder}}: {{megabytes}} MB more are needed. Free some space, or set LABELROOM_HOME to another drive.',
      { title, folder: path.dirname(work), megabytes },
    ),
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
    throw toAppError(error, {
      full: msg(
        'The disk is full: {{folder}} was not made. Free some space, or set LABELROOM_HOME to another drive.',
        { folder },
      ),
      refused: (code) =>
        msg('{{folder}} cannot be made ({{code}}). Set LABELROOM_HOME to a folder that can.', {
          folder,
          code,
        }),
    })
  }
}

async function putInPlace(work: string, target: string): Promise<void> {
  try {
    await rename(work, target)
  } catch (error) {
    throw new AppError(
      'output-unwritable',
      msg(
        '{{target}} is in the way of the downloaded model. Move it away, then run the same command again.',
        { target },
      ),
      { cause: error },
    )
  }
}
