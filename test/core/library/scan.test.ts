// Reading folders: what is found, what is left out, links, and folders that refuse.
import { execFileSync } from 'node:child_process'
import { chmodSync, chownSync, mkdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { markAsOwn } from '../../../electron/common/own-folder.ts'
import { AppError } from '../../../electron/contract/errors.ts'
import { countFiles, scanFolder, type FoundFile } from '../../../electron/core/library/scan.ts'
import { openStore } from '../../../electron/core/store/db.ts'
import { english } from '../../../electron/texts/message.ts'
import { saying } from '../../helpers/messages.ts'
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

test("leaves out Labelroom's own folders, told once each, but reads one that was asked for", async () => {
  const folder = tempFolder()
  write(
    folder,
    'a.jpg',
    'home/cache/pictures/1.jpg',
    'home/2.jpg',
    'set/train/cat/3.jpg',
    'set/labelroom-dataset.json',
  )
  await markAsOwn(join(folder, 'home'))
  await markAsOwn(join(folder, 'home'))
  expect(await scan(folder)).toEqual(['a.jpg', 'home: skipped', 'set: skipped'])
  expect(await scan(join(folder, 'set'))).toEqual(['labelroom-dataset.json: skipped', 'train/cat/3.jpg'])
})

test('leaves out a library beside photos with all that belongs to it, and counts it once', async () => {
  const folder = tempFolder()
  const store = openStore({ file: join(folder, 'mine.db') })
  onTestFinished(() => store.close())
  write(folder, 'a.jpg', 'mine.db.jpg', 'mine.db.backup-v120', 'mine.db.job-1.lock', 'other.db', 'z.jpg')
  expect(await scan(folder)).toEqual([
    'a.jpg',
    'mine.db: skipped',
    'mine.db.jpg',
    'other.db: skipped',
    'z.jpg',
  ])
  const [library] = (await collect(scanFolder(folder))).filter(({ path }) => path.endsWith('mine.db'))
  expect(library?.problem?.reason).toEqual(saying('It is a library of Labelroom, which is left out.'))
  expect((await collect(countFiles(folder))).at(-1)).toEqual({ files: 5, photos: 3 })
})

test('finds every file once, in order, and skips what is not a photo with a reason', async () => {
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
    'raw.CRW',
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
    'raw.CRW: skipped',
  ])
  for await (const { problem } of scanFolder(folder))
    if (problem) expect(english(problem.reason)).toMatch(/^[A-Z].*\.$/)
})

test('counts the same entries without reading them', async () => {
  const folder = tempFolder()
  write(folder, ...Array.from({ length: 70 }, (_, index) => `a/${index}.jpg`), 'b/notes.txt', '.hidden/a.jpg')
  const counts = await collect(countFiles(folder))
  expect(counts.at(-1)).toEqual({ files: 71, photos: 70 })
  expect((await scan(folder)).length).toBe(71)
  await expect(collect(countFiles(`${folder}/none`))).rejects.toMatchObject({ code: 'folder-missing' })
})

test('takes size and date from the file', async () => {
  const folder = tempFolder()
  write(folder, 'photo.jpg')
  const [found] = await collect(scanFolder(folder))
  expect(found?.sizeBytes).toBe('photo.jpg'.length)
  expect(Math.abs(Date.now() - (found?.modifiedAtMs ?? 0))).toBeLessThan(60_000)
})

test('leaves out hidden and system files and folders, but not the requested folder', async () => {
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

test('finds names of any kind, and reports one that is not valid text', async () => {
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
  const problem = { kind: 'failed', reason: saying('Its name is not valid text; rename it.') }
  expect(bad).toMatchObject([
    { path: `${folder}/bad\uFFFD (2).jpg`, problem },
    { path: `${folder}/bad\uFFFD.jpg`, problem },
  ])
})

test('follows links without loops, and reads each linked folder once', async () => {
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

test('reads a hidden folder of the tree once through a link', async () => {
  const folder = tempFolder()
  write(folder, '.store/1.jpg', '.store/deep/2.jpg', '.store/.more/3.jpg', 'b.jpg')
  symlinkSync(join(folder, '.store'), join(folder, 'a'))
  symlinkSync(join(folder, '.store/deep'), join(folder, 'c'))
  symlinkSync(join(folder, '.store'), join(folder, 'd'))
  expect(await scan(folder)).toEqual(['a/1.jpg', 'a/deep/2.jpg', 'b.jpg'])
})

test('reads a root that is a link', async () => {
  const folder = tempFolder()
  write(folder, 'real/a.jpg')
  symlinkSync(join(folder, 'real'), join(folder, 'link'))
  expect(await scan(join(folder, 'link'))).toEqual(['a.jpg'])
})

test('skips pipes and sockets without opening them', async () => {
  const folder = tempFolder()
  execFileSync('mkfifo', [join(folder, 'pipe.jpg')])
  expect(await scan(folder)).toEqual(['pipe.jpg: skipped'])
})

test('refuses a missing folder, or a file, with the remedy', async () => {
  const folder = tempFolder()
  write(folder, 'a.jpg')
  const missing = await scanFailure(join(folder, 'none'))
  expect(missing.code).toBe('folder-missing')
  expect(missing.message).toContain(`'${folder}/none' is not there`)
  const file = await scanFailure(join(folder, 'a.jpg'))
  expect(file.code).toBe('folder-missing')
  expect(file.message).toContain('is not a folder')
})

test('reports an unreadable folder as one entry and continues, but refuses it as the root', () => {
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
    reason: saying('Reading it is not allowed; change its permissions.'),
  })
  expect(root).toBe('folder-unreadable')
})

test('reports files that disappear meanwhile, and continues', async () => {
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

test('ends the scan on abort with the reason of the signal', async () => {
  const folder = tempFolder()
  write(folder, 'a/1.jpg', 'b/2.jpg')
  const controller = new AbortController()
  const walk = scanFolder(folder, controller.signal)
  await walk.next()
  controller.abort(new Error('stopped by the user'))
  await expect(walk.next()).rejects.toThrow('stopped by the user')
})
