// What a test starts does not outlive it.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { expect, test } from 'vitest'

const endWithParent = new URL('../helpers/end-with-parent.ts', import.meta.url).href

test('a command ends when the test that started it is killed', async () => {
  const command = ['-e', 'console.log("works"); setInterval(() => undefined, 1000)']
  const killed = spawn(
    process.execPath,
    [
      '-e',
      `require('node:child_process').spawn(
         process.execPath,
         ${JSON.stringify([`--import=${endWithParent}`, ...command])},
         { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] },
       )`,
    ],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  )
  const [said] = (await once(killed.stdout.setEncoding('utf8'), 'data')) as [string]
  expect(said).toBe('works\n')
  killed.kill('SIGKILL')
  // Both hold the pipe: it closes when both are gone.
  await once(killed.stdout, 'close')
})
