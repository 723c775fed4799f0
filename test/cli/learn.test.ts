// Learning on the command line, from a CSV of labels to a head in use and back.
import { readFile } from 'node:fs/promises'
import path from 'node:path'
import { expect, test } from 'vitest'
import { parseCsv } from '../helpers/csv.ts'
import { writePhoto } from '../helpers/photos.ts'
import { nameOf, setUpPhotos } from './labelled.ts'

test('imports, learns, previews, promotes, exports, evaluates and rolls back', async () => {
  const { photos, run, csv } = await setUpPhotos()
  const dry = await run('import', csv, photos, '--dry-run')
  expect(dry.stdout).toContain('Matched: 40 by path, 0 by name, 0 by hash; not matched: 1.')
  expect(dry.stdout).toMatch(/line 42: gone\.jpg: no photo under .* has this path or name/)
  const early = await run('learn')
  expect(early.code).toBe(3)
  expect(early.stderr).toContain('There is too little to learn from: 0 labelled photos in 0 classes.')

  expect((await run('import', csv, photos)).stdout).toContain('The labels are confirmed.')
  const human = await run('export', photos)
  const learned = await run('learn')
  expect(learned.code).toBe(0)
  expect(learned.stdout).toMatch(/^Head 1: (linear probe|nearest).*, 2 classes, 3\d photos, [\d.]+ s\.\n/)
  expect(learned.stdout).toMatch(/\d+ photos \(held-out\): accuracy/)
  expect(learned.stdout).toMatch(/^(Better|Not proposed): .*[^.]\.$/m)
  expect(await run('export', photos)).toEqual(human)

  // The user has said of each of them what it shows.
  expect((await run('heads', 'preview')).stdout).toMatch(/^0 of 40 photos get another first suggestion/)
  expect((await run('heads', 'promote')).stdout).toContain('Head 1 is in use: 40 photos')
  expect((await run('heads')).stdout).toMatch(/^1\tin use\t/)
  const said = parseCsv((await run('export', photos)).stdout)
  const confirmed = said.filter(({ source }) => source === 'human')
  expect(confirmed).toEqual(parseCsv(human.stdout).filter(({ source }) => source === 'human'))
  expect(new Set(said.filter(({ source }) => source === 'model').map((row) => row['label']))).toEqual(
    new Set(['dark', 'bright']),
  )
  expect(said.find(({ source }) => source === 'model')?.['model']).toBe('tiny@head-1')
  expect((await run('evaluate', '1')).stdout).toMatch(/\(not trained on\): accuracy/)

  expect((await run('heads', 'rollback')).stdout).toBe("The model's own head is in use.\n")
  expect(await run('export', photos)).toEqual(human)
}, 180_000)

test('trains the same head for the same seed with several labels a photo', async () => {
  const { photos, run, csv } = await setUpPhotos()
  await run('import', csv, photos)
  const [first, second] = [await run('learn', '--multi'), await run('learn', '--multi')]
  expect(first.stdout).toContain('several labels a photo')
  const numbers = (text: string) => text.split('\n').filter((line) => /^(dark|bright|\d+ photos)/.test(line))
  expect(numbers(first.stdout)).toEqual(numbers(second.stdout))
  expect((await run('heads')).stdout.split('\n')).toHaveLength(3)
}, 180_000)

test('writes the same map with a point for each photo at each run', async () => {
  const { photos, run, csv } = await setUpPhotos()
  await run('import', csv, photos)
  for (const method of ['pca', 'umap']) {
    const { stdout, code } = await run('map', '--method', method)
    expect(code).toBe(0)
    const rows = parseCsv(stdout)
    expect(rows).toHaveLength(40)
    expect(rows.find((row) => row['file_name'] === path.join(photos, nameOf(3)))).toMatchObject({
      label: 'dark',
      source: 'human',
    })
    for (const axis of ['x', 'y']) {
      const values = rows.map((row) => Number(row[axis]))
      expect(Math.max(...values.map(Math.abs))).toBeLessThanOrEqual(1)
    }
    expect((await run('map', '--method', method)).stdout).toBe(stdout)
  }
}, 180_000)

test('explains a photo as numbers and as a picture', async () => {
  const { home, photos, run } = await setUpPhotos()
  const photo = path.join(photos, nameOf(1))
  const out = path.join(home, 'looked.png')
  const { code, stdout, stderr } = await run('explain', photo, '--json', '--out', out)
  expect({ code, stderr }).toMatchObject({ code: 0, stderr: expect.stringContaining('looked.png') as string })
  expect(JSON.parse(stdout)).toMatchObject({ path: photo, label: null })
  expect((await readFile(out)).subarray(1, 4).toString()).toBe('PNG')
  expect((await run('explain', photo)).code).toBe(1)
}, 180_000)

test('lists the queue, label issues, similar photos, near-duplicates and groups, also under former names', async () => {
  const { photos, run, csv } = await setUpPhotos()
  const queue = await run('queue', '--limit', '5')
  expect(queue.stdout.trim().split('\n')).toHaveLength(5)
  expect((await run('suggest-queue', '--limit', '5')).stdout).toBe(queue.stdout)
  await run('import', csv, photos)
  expect((await run('queue')).stdout).toBe('')
  const issues = await run('queue', '--label-issues')
  expect(issues.code).toBe(0)
  expect((await run('suggest-queue', '--wrong')).stdout).toBe(issues.stdout)
  const similar = await run('similar', path.join(photos, nameOf(0)), '--limit', '3')
  expect(similar.stdout.trim().split('\n')).toHaveLength(3)
  expect(similar.stdout).not.toContain(nameOf(0))
  const missing = await run('similar', path.join(photos, 'none.jpg'))
  expect(missing.stderr).toMatch(/none\.jpg is not in the library\. Label its folder first/)
  const groupsOfSame = await run('near-duplicates', '--min', '1')
  expect(groupsOfSame.code).toBe(0)
  expect((await run('duplicates', '--min', '1')).stdout).toBe(groupsOfSame.stdout)
  expect((await run('--help')).stdout).not.toMatch(/suggest-queue|^ *duplicates/m)
  const groups = await run('groups', '--groups', '4', '--all')
  expect(groups.stdout.trim().split('\n')).toHaveLength(40)
  expect(groups.stderr).toMatch(/\d groups\./)
  expect((await run('evaluate', '7')).stderr).toContain('There is no head 7')
}, 180_000)

test('names the model that has seen too few of the labelled photos', async () => {
  const { home, photos, run, csv } = await setUpPhotos()
  await run('import', csv, photos)
  const other = path.join(home, 'other')
  await writePhoto(path.join(other, 'a.jpg'), 77)
  await run('label', other, '--model', 'bundled', '--device', 'cpu', '--threads', '1')
  const { code, stderr } = await run('learn')
  expect(code).toBe(3)
  expect(stderr).toMatch(
    // Nothing but progress, which a slow machine prints, comes before.
    /^(?:\d+ % [^\n]*\n)*labelroom: bundled has seen 0 of 40 photos with confirmed labels\. Label their/,
  )
}, 180_000)
