// Photos moved to another drive: copied, compared, and only then removed; where that fails, they stay whole.
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { expect, test } from 'vitest'
import type { FileId } from '../../../electron/contract/domain.ts'
import { scanLibrary } from '../../../electron/core/library/ingest.ts'
import { fileCalls, type FileCalls } from '../../../electron/core/moves/file-calls.ts'
import { moveAll } from '../../../electron/core/moves/move-all.ts'
import { english } from '../../../electron/texts/message.ts'
import { tempFolder } from '../../helpers/temp-folder.ts'
import { tempStore } from '../store/helpers.ts'
import { filesIn, idsOf, shotA, writeLibrary } from './helpers.ts'

function systemError(code: string): NodeJS.ErrnoException {
  return Object.assign(new Error(code), { code })
}

/** Two drives: nothing can be renamed between the folders. */
const twoDrives: FileCalls = {
  ...fileCalls,
  rename: (from, to) => {
    if (from.includes('/2023/') !== to.includes('/2023/')) throw systemError('EXDEV')
    renameSync(from, to)
  },
}

async function library() {
  const folder = tempFolder()
  await writeLibrary(folder)
  const store = tempStore()
  await scanLibrary(store, [folder])
  const path = (name: string) => `${folder}/${name}`
  const idOf = (name: string): FileId => {
    const [id] = idsOf(store.file, [path(name)])
    if (id === undefined) throw new Error(`${name} is not known`)
    return id
  }
  const move = async (names: readonly string[], calls: FileCalls) => {
    const request = {
      fileIds: names.map(idOf),
      folder: path('2024'),
      newFolder: null,
      onTaken: 'skip' as const,
    }
    const options = { calls, signal: new AbortController().signal, onProgress: () => undefined }
    const report = await moveAll(store, request, options, () => undefined)
    return { ...report, reasons: report.problems.map(({ reason }) => english(reason)) }
  }
  return { folder, path, store, idOf, move }
}

test('copies to another drive with date and permissions, removes the originals, and a scan reads nothing again', async () => {
  const { folder, path, store, idOf, move } = await library()
  chmodSync(path('2023/a.NEF'), 0o440)
  const [id, before] = [idOf('2023/a.jpg'), statSync(path('2023/a.NEF'))]
  const bytes = readFileSync(path('2023/a.NEF'))
  expect(await move(['2023/a.jpg', '2023/b.jpg'], twoDrives)).toMatchObject({ moved: 2, failed: 0 })
  expect(filesIn(folder)).toEqual([
    '2023/c.jpg',
    ...[...shotA, 'b.jpg', 'x.jpg'].map((name) => `2024/${name}`),
  ])
  const after = statSync(path('2024/a.NEF'))
  expect([after.mode, Math.round(after.mtimeMs)]).toEqual([before.mode, Math.round(before.mtimeMs)])
  expect(readFileSync(path('2024/a.NEF')).equals(bytes)).toBe(true)
  expect(idOf('2024/a.jpg')).toBe(id)
  const known = store.files.find(path('2024/a.jpg'))
  expect(await scanLibrary(store, [folder])).toMatchObject({ files: 9, missing: 0 })
  expect(store.files.find(path('2024/a.jpg'))).toEqual(known)
})

test('a copy that is not the same, a full drive or a refusal leaves every photo whole where it was, with the reason', async () => {
  const { folder, path, store, move } = await library()
  const before = filesIn(folder)
  const at = (name: string, code: string | null): FileCalls => ({
    ...twoDrives,
    copy: async (from, to) => {
      if (!from.endsWith(name)) return fileCalls.copy(from, to)
      if (code !== null) throw systemError(code)
      writeFileSync(to, Buffer.alloc(statSync(from).size, 7))
    },
  })
  const failed = async (calls: FileCalls, reason: string) => {
    expect(await move(['2023/a.jpg'], calls)).toMatchObject({
      photos: 1,
      moved: 0,
      failed: 1,
      reasons: [reason],
    })
    expect(filesIn(folder)).toEqual(before)
    expect(store.files.find(path('2023/a.jpg'))).toMatchObject({ missingSinceMs: null, problem: null })
    expect(store.moves.unfinished()).toEqual([])
  }
  // The last of the files: those before it go back.
  await failed(
    at('a.xmp', null),
    'The copy on the other drive is not the same, so the photo stayed. Check that drive.',
  )
  await failed(at('a.xmp', 'ENOSPC'), 'There is no room on its drive; free some space.')
  await failed(
    at('a.mov', 'EIO'),
    'The drive reported an error (EIO); check that it is connected and healthy.',
  )
  const refused = 'Writing there is not allowed; change the permissions of the file and its folder.'
  const refusing = (from: string) => {
    throw systemError(from.endsWith('.mov') ? 'EROFS' : 'EXDEV')
  }
  await failed({ ...fileCalls, rename: refusing }, refused)
  // The originals cannot be removed: the copies go, and what was removed comes back.
  const remove = (file: string) => {
    if (file.endsWith('2023/a.xmp')) throw systemError('EPERM')
    rmSync(file)
  }
  await failed({ ...twoDrives, remove }, refused)
})

const hasPermissions = process.getuid?.() !== 0 && process.platform !== 'win32'
test.runIf(hasPermissions)('a folder that cannot be written keeps its photos', async () => {
  const { folder, path, move } = await library()
  const before = filesIn(folder)
  for (const name of ['2023', '2024']) {
    chmodSync(path(name), 0o500)
    expect(await move(['2023/b.jpg'], fileCalls)).toMatchObject({ failed: 1 })
    chmodSync(path(name), 0o700)
  }
  expect(filesIn(folder)).toEqual(before)
})

const shm = '/dev/shm'
const isOtherDrive = existsSync(shm) && statSync(shm).dev !== statSync(tempFolderOf()).dev
function tempFolderOf(): string {
  return process.env['TMPDIR'] ?? '/tmp'
}
test.runIf(isOtherDrive)('moves between two real drives', async () => {
  const { path, store, idOf } = await library()
  const other = `${shm}/labelroom-test-${process.pid}`
  mkdirSync(other)
  try {
    await scanLibrary(store, [other])
    const request = {
      fileIds: [idOf('2023/a.jpg')],
      folder: other,
      newFolder: 'new',
      onTaken: 'skip' as const,
    }
    const options = { calls: fileCalls, signal: new AbortController().signal, onProgress: () => undefined }
    expect(await moveAll(store, request, options, () => undefined)).toMatchObject({ moved: 1 })
    expect(filesIn(`${other}/new`)).toEqual(shotA)
    expect(filesIn(path('2023'))).toEqual(['b.jpg', 'c.jpg'])
  } finally {
    rmSync(other, { recursive: true })
  }
})
