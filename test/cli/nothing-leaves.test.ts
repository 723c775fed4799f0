// That the runtime's telemetry stays off in every process, whatever the user's environment says.
// `npm run check:network` looks longer and at the network, too.
import { spawnSync } from 'node:child_process'
import { writeFile } from 'node:fs/promises'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { workerEnvironment } from '../../electron/host/worker-settings.ts'
import { readModelFolder } from '../../models/model-folder.ts'
import { prepareGraph } from '../../models/prepare.ts'
import { runCli } from '../helpers/cli.ts'
import { writePhoto } from '../helpers/photos.ts'
import { tempFolder } from '../helpers/temp-folder.ts'
import { writeTinyModel } from '../helpers/tiny-model.ts'
import { watchedHome } from '../helpers/watched-home.ts'

const root = fileURLToPath(new URL('../../', import.meta.url))

async function setUp() {
  const folder = tempFolder()
  const model = await writeTinyModel(path.join(folder, 'tiny'))
  const photos = path.join(folder, 'photos')
  const rows = ['file_name,label']
  for (let number = 0; number < 24; number++) {
    const name = `${String(number).padStart(2, '0')}.jpg`
    await writePhoto(path.join(photos, name), number)
    rows.push(`${name},${number % 2 === 0 ? 'even' : 'odd'}`)
  }
  const csv = path.join(folder, 'labels.csv')
  await writeFile(csv, rows.join('\n'))
  const home = watchedHome(folder)
  return { folder, model, photos, csv, ...home }
}

/** Runs a line of JavaScript in a process that has no network: what the telemetry would send stays here. */
function runWithoutNetwork(code: string, env: Readonly<Record<string, string>>) {
  const cutOff = process.getuid?.() === 0 ? ['--net'] : ['--net', '--map-root-user']
  const node = [process.execPath, '--input-type=module', '--eval']
  if (spawnSync('unshare', [...cutOff, 'true']).status !== 0) return null
  return spawnSync('unshare', [...cutOff, ...node, code], {
    cwd: root,
    env: { ...process.env, ...env },
    encoding: 'utf8',
  })
}

test('the runtime by itself leaves a device id and a queue, and nothing where the variable is set', async () => {
  const { folder, model, env, strangeFiles } = await setUp()
  const { file } = await prepareGraph(await readModelFolder(model), { precision: 'fp32', cacheDir: folder })
  const code = `import { InferenceSession } from 'onnxruntime-node'
    await InferenceSession.create(${JSON.stringify(file)})`
  const silenced = runWithoutNetwork(code, { ...env, ORT_DISABLE_TELEMETRY: '1' })
  if (silenced === null || process.platform !== 'linux') {
    console.warn('SKIPPED: what the runtime sends by itself is only tried with unshare --net, on Linux')
    return
  }
  expect(silenced).toMatchObject({ status: 0, stderr: '' })
  expect(strangeFiles()).toEqual([])
  // Without this half, a runtime that keeps its files elsewhere would make the tests below blind.
  expect(runWithoutNetwork(code, env)?.status).toBe(0)
  expect(strangeFiles()).toEqual(
    expect.arrayContaining([
      'cache/Microsoft/DeveloperTools/.onnxruntime/deviceid',
      'cache/Microsoft/DeveloperTools/.onnxruntime/onnxruntime.db',
      'tmp/.ses',
      expect.stringMatching(/^tmp\/mat-debug-\d+\.log$/),
    ]),
  )
})

test('label, explain, learn and bench leave no file outside the data folder', async () => {
  const { folder, model, photos, csv, dataFolder, env, strangeFiles } = await setUp()
  const cpu = ['--device', 'cpu', '--threads', '1']
  const commands = [
    ['label', photos, '--model', model, '--csv', path.join(folder, 'out.csv'), ...cpu],
    ['explain', path.join(photos, '03.jpg'), '--out', path.join(folder, 'heat.png')],
    ['import', csv, photos],
    ['learn'],
    ['bench', photos, '--model', model, '--rounds', '1', ...cpu],
  ]
  for (const args of commands) {
    const { code, stderr } = await runCli(args, dataFolder, env)
    expect({ args, code, stderr }).toMatchObject({ code: 0 })
    expect({ args, files: strangeFiles() }).toEqual({ args, files: [] })
  }
}, 120_000)

test('workers are started with the variable, over what the user set', () => {
  const before = process.env['ORT_DISABLE_TELEMETRY']
  process.env['ORT_DISABLE_TELEMETRY'] = '0'
  try {
    expect(workerEnvironment(1)).toMatchObject({ ORT_DISABLE_TELEMETRY: '1' })
  } finally {
    process.env['ORT_DISABLE_TELEMETRY'] = before
  }
})

test('a process without the variable cannot load the runtime', async () => {
  const { env, strangeFiles } = await setUp()
  const { status, stderr } = spawnSync(
    process.execPath,
    ['--input-type=module', '--eval', "await import('./electron/worker/runtime.ts')"],
    { cwd: root, env: { ...process.env, ...env }, encoding: 'utf8' },
  )
  expect(status).toBe(1)
  expect(stderr).toContain(
    'The inference runtime is not loaded: this process was started without ORT_DISABLE_TELEMETRY=1.',
  )
  expect(strangeFiles()).toEqual([])
})
