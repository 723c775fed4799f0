// A folder that is gone after the test.
import { mkdtemp, realpath, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { onTestFinished } from 'vitest'

export async function tempFolder(): Promise<string> {
  const folder = await realpath(await mkdtemp(path.join(tmpdir(), 'labelroom-test-')))
  onTestFinished(() => rm(folder, { recursive: true, force: true }))
  return folder
}
