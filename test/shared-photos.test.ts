// The whole way on real photos with a real ImageNet ViT; skipped where they are not beside the checkout.
import { readFile, readdir } from 'node:fs/promises'
import path from 'node:path'
import { describe, expect, test } from 'vitest'
import { runCli } from './helpers/cli.ts'
import { parseCsv } from './helpers/csv.ts'
import { hasSharedFiles, sharedFiles } from './helpers/shared-files.ts'
import { tempFolder } from './helpers/temp-folder.ts'

const label = async (photos: string, ...args: string[]) =>
  runCli(
    ['label', photos, '--model', sharedFiles.vitTiny, '--csv', '-', '--device', 'cpu', ...args],
    tempFolder(),
  )

describe.skipIf(!hasSharedFiles('vitTiny', 'objects'))('250 photos of objects', () => {
  // An independent pipeline gives 85.6 % and 95.2 %.
  test('top-1 is at least 84.8 %, top-5 at least 94.8 %', async () => {
    const truth = parseCsv(await readFile(path.join(sharedFiles.objects, 'labels.csv'), 'utf8'))
    const { code, stdout } = await label(sharedFiles.objects)
    expect(code).toBe(0)
    const rows = parseCsv(stdout)
    const hits = (ranks: readonly string[]) =>
      truth.filter((photo) =>
        rows.some(
          (row) =>
            row['file_name'] === photo['file_name'] &&
            row['label'] === photo['label'] &&
            ranks.includes(row['rank'] ?? ''),
        ),
      ).length
    expect(truth).toHaveLength(250)
    expect(hits(['1']) / truth.length).toBeGreaterThanOrEqual(0.848)
    expect(hits(['1', '2', '3', '4', '5']) / truth.length).toBeGreaterThanOrEqual(0.948)
  })
})

describe.skipIf(!hasSharedFiles('vitTiny', 'awkward'))('awkward files', () => {
  test('each has its row; orientations agree; damaged ones fail with a reason', async () => {
    const { code, stdout, stderr } = await label(sharedFiles.awkward, '--top', '1')
    expect(code).toBe(2)
    const rows = parseCsv(stdout)
    expect(rows.map((row) => row['file_name'])).toEqual((await readdir(sharedFiles.awkward)).sort())
    const named = (pattern: RegExp) => rows.filter((row) => pattern.test(row['file_name'] ?? ''))
    for (const scene of [/^Landscape_/, /^Portrait_/])
      expect(new Set(named(scene).map((row) => row['label']))).toEqual(new Set(['fountain']))
    for (const photo of [/\.heic$/, /\.avif$/, /CMYK/, /16bit/, /\.gif$/, /\.webp$/, /\.jp2$/])
      for (const row of named(photo)) expect(row).toMatchObject({ status: 'labelled', reason: '' })
    const damaged = named(/^(truncated|corrupt)/)
    expect(damaged).toHaveLength(3)
    for (const row of damaged) {
      expect(row).toMatchObject({ status: 'failed', label: '', score: '' })
      expect(row['reason']).toMatch(/^The file .+\.$/)
    }
    expect(stderr).toContain('24 files: 21 labelled, 3 failed, 0 skipped.')
  })
})
