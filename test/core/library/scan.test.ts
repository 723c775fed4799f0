// Reading folders: what is found, what is left out, links, and folders that refuse.
import { execFileSync } from 'node:child_process'
import { chmodSync, chownSync, mkdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { expect, test } from 'vitest'
import { AppError } from '../../../electron/contract/errors.ts'
import { countFiles, scanFolder, type FoundFile } from '../../../electron/core/library/scan.ts'
import { tempFolder } from '../../helpers/temp-folder.ts'
import { collect } from '../store/helpers.ts'

function write(folder: string, ...names: string[]): void {
  for (const name of names) {
    mkdirSync(dirname(join(folder, name)), { recursive: true })
    writeFileSync(join(folder, name), name)
  }
}

/** Paths below the folder; a problem follows after a colon. */
async function scan(folder: string): Promise<string[]> {
  const found = await collect(scanFolder(folder))
  return found.map(
    ({ path, problem }) => path.slice(folder.length + 1) + (problem ? `: ${problem.kind}` : ''),
  )
}

async function scanFailure(folder: string): Promise<AppError> {
  const error: unknown = await scan(folder).catch((failure: unknown) => failure)
  if (error instanceof AppError) return error
  throw new Error('it did not fail as expected', { cause: error })
}

test('every file is found once, in order; what is no photo is skipped with a reason', async () => {
  const folder = tempFolder()
  write(
    folder,
    'b/2.JPG',
    'b/1.png',
    'a.jpg',
    'b.jpg',
    'b/c/d/e.webp',
    'notes.txt',
    'film.mp4',
    'noending',
    'raw.CR2',
  )
  mkdirSync(join(folder, 'empty'))
  expect(await scan(folder)).toEqual([
    'a.jpg',
    'b.jpg',
    'b/1.png',
    'b/2.JPG',
    'b/c/d/e.webp',
    'film.mp4: skipped',
    'noending: skipped',
    'notes.txt: skipped',
    'raw.CR2: skipped',
  ])
  for await (const { problem } of scanFolder(folder))
    if (problem) expect(problem.reason).toMatch(/^[A-Z].*\.$/)
})

test('a quick look counts the same entries', async () => {
  const folder = tempFolder()
  write(folder, ...Array.from({ length: 70 }, (_, index) => `a/${index}.jpg`), 'b/notes.txt', '.hidden/a.jpg')
  const counts = await collect(countFiles(folder))
  expect(counts.at(-1)).toBe(71)
  expect((await scan(folder)).length).toBe(71)
  await expect(collect(countFiles(`${folder}/none`))).rejects.toMatchObject({ code: 'folder-missing' })
})

test('size and date are those of the file', async () => {
  const folder = tempFolder()
  write(folder, 'photo.jpg')
  const [found] = await collect(scanFolder(folder))
  expect(found?.sizeBytes).toBe('photo.jpg'.length)
  expect(Math.abs(Date.now() - (found?.modifiedAtMs ?? 0))).toBeLessThan(60_000)
})

test('hidden and system files and folders are left out, but not the folder that was asked for', async () => {
  const folder = join(tempFolder(), '.hidden root')
  const system = ['$RECYCLE.BIN/a.jpg', 'System Volume Information/a.jpg', '@eaDir/a.jpg', '__MACOSX/a.jpg']
  write(
    folder,
    'a.jpg',
    '.a.jpg',
    '._a.jpg',
    '.cache/a.jpg',
    '.Trash-1000/a.jpg',
    'Thumbs.db',
    'desktop.ini',
    ...system,
  )
  expect(await scan(folder)).toEqual(['a.jpg'])
})

test('names of any kind are found, and one that is no text is told', async () => {
  const folder = tempFolder()
  const names = [
    ' a b.jpg',
    "it's.jpg",
    'new\nline.jpg',
    'Ünïcödé.jpg',
    '日本.jpg',
    '😀.jpg',
    '%41#?.jpg',
    '"q".jpg',
  ]
  write(folder, ...names)
  // Both look the same.
  for (const byte of [0xfe, 0xff])
    writeFileSync(
      Buffer.concat([Buffer.from(`${folder}/bad`), Buffer.from([byte]), Buffer.from('.jpg')]),
      'x',
    )
  const found = await collect(scanFolder(folder))
  const fine = found
    .filter(({ problem }) => problem === null)
    .map(({ path }) => path.slice(folder.length + 1))
  expect(new Set(fine)).toEqual(new Set(names))
  const bad = found.filter(({ problem }) => problem !== null)
  const problem = { kind: 'failed', reason: 'Its name is not valid text; rename it.' }
  expect(bad).toMatchObject([
    { path: `${folder}/bad\uFFFD (2).jpg`, problem },
    { path: `${folder}/bad\uFFFD.jpg`, problem },
  ])
})

test('links: loops end, a folder in the tree is read once, one outside is read once, files count as files', async () => {
  const folder = tempFolder()
  const outside = tempFolder()
  write(outside, 'far.jpg', 'deep/er.jpg')
  write(folder, 'sub/1.jpg', 'sub/inner/2.jpg')
  symlinkSync(folder, join(folder, 'sub/loop'))
  symlinkSync(dirname(folder), join(folder, 'to parent'))
  symlinkSync(join(folder, 'sub'), join(folder, 'a sub again'))
  symlinkSync(join(outside, 'deep'), join(folder, 'x deep'))
  symlinkSync(outside, join(folder, 'y outside'))
  symlinkSync(outside, join(folder, 'z outside again'))
  symlinkSync(folder, join(outside, 'back'))
  symlinkSync(join(outside, 'far.jpg'), join(folder, 'linked.jpg'))
  symlinkSync('nowhere.jpg', join(folder, 'broken.jpg'))
  symlinkSync('self.jpg', join(folder, 'self.jpg'))
  expect(await scan(folder)).toEqual([
    'broken.jpg: failed',
    'linked.jpg',
    'self.jpg: failed',
    'sub/1.jpg',
    'sub/inner/2.jpg',
    'x deep/er.jpg',
    'y outside/far.jpg',
  ])
})

test('a link shows what lies in a hidden folder of the tree, once', async () => {
  const folder = tempFolder()
  write(folder, '.store/1.jpg', '.store/deep/2.jpg', '.store/.more/3.jpg', 'b.jpg')
  symlinkSync(join(folder, '.store'), join(folder, 'a'))
  symlinkSync(join(folder, '.store/deep'), join(folder, 'c'))
  symlinkSync(join(folder, '.store'), join(folder, 'd'))
  expect(await scan(folder)).toEqual(['a/1.jpg', 'a/deep/2.jpg', 'b.jpg'])
})

test('a root that is a link is read', async () => {
  const folder = tempFolder()
  write(folder, 'real/a.jpg')
  symlinkSync(join(folder, 'real'), join(folder, 'link'))
  expect(await scan(join(folder, 'link'))).toEqual(['a.jpg'])
})

test('pipes and sockets are skipped without being opened', async () => {
  const folder = tempFolder()
  execFileSync('mkfifo', [join(folder, 'pipe.jpg')])
  expect(await scan(folder)).toEqual(['pipe.jpg: skipped'])
})

test('a folder that is missing, or is a file, is told with what to do', async () => {
  const folder = tempFolder()
  write(folder, 'a.jpg')
  const missing = await scanFailure(join(folder, 'none'))
  expect(missing.code).toBe('folder-missing')
  expect(missing.message).toContain(`'${folder}/none' does not exist`)
  const file = await scanFailure(join(folder, 'a.jpg'))
  expect(file.code).toBe('folder-missing')
  expect(file.message).toContain('is not a folder')
})

test('a folder inside that cannot be read is one entry, and the scan goes on; as the root it is refused', () => {
  const folder = tempFolder()
  write(folder, 'a/1.jpg', 'b/2.jpg', 'c/3.jpg')
  chmodSync(join(folder, 'b'), 0)
  // Root may read everything, so the scan runs as somebody else.
  const isRoot = process.getuid?.() === 0
  const nobody = 65534
  if (isRoot) for (const name of ['', 'a', 'c']) chownSync(join(folder, name), nobody, nobody)
  const script = `
    import { scanFolder } from '${join(import.meta.dirname, '../../../electron/core/library/scan.ts')}'
    ${isRoot ? `process.setgid(${nobody}); process.setuid(${nobody})` : ''}
    const found = await Array.fromAsync(scanFolder(process.argv[1]))
    const root = await Array.fromAsync(scanFolder(process.argv[1] + '/b')).catch((error) => error.code)
    console.log(JSON.stringify({ found, root }))`
  const output = execFileSync(process.execPath, ['--input-type=module', '--eval', script, folder], {
    encoding: 'utf8',
  })
  const { found, root } = JSON.parse(output) as { found: FoundFile[]; root: unknown }
  expect(found.map(({ path }) => path.slice(folder.length))).toEqual(['/a/1.jpg', '/b', '/c/3.jpg'])
  expect(found[1]?.problem).toEqual({
    kind: 'failed',
    reason: 'Reading it is not allowed; change its permissions.',
  })
  expect(root).toBe('folder-unreadable')
})

test('what vanishes while the folder is read is told, and the scan goes on', async () => {
  const folder = tempFolder()
  write(
    folder,
    ...Array.from({ length: 40 }, (_, index) => `a/${String(index).padStart(2, '0')}.jpg`),
    'b/1.jpg',
    'c.jpg',
  )
  const found: FoundFile[] = []
  for await (const file of scanFolder(folder)) {
    if (found.push(file) !== 1) continue
    rmSync(join(folder, 'a/39.jpg'))
    renameSync(join(folder, 'b'), join(folder, '.b'))
  }
  const problems = found
    .filter(({ problem }) => problem !== null)
    .map(({ path }) => path.slice(folder.length))
  expect(problems).toEqual(['/a/39.jpg', '/b'])
  expect(found).toHaveLength(42)
})

test('an abort ends the scan with its own reason', async () => {
  const folder = tempFolder()
  write(folder, 'a/1.jpg', 'b/2.jpg')
  const controller = new AbortController()
  const walk = scanFolder(folder, controller.signal)
  await walk.next()
  controller.abort(new Error('stopped by the person'))
  await expect(walk.next()).rejects.toThrow('stopped by the person')
})
