// A model by its name in the catalogue, from the hub to labelled photos; and that labelling needs no network at all.
import { spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { readFile, readdir, stat, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { startTinyHub, weightsOf } from '../core/models/catalogue/helpers.ts'
import { cliFile, runCli, runCliHosted, startCli } from '../helpers/cli.ts'
import { parseCsv } from '../helpers/csv.ts'
import { writePhotos } from '../helpers/photos.ts'
import { tempFolder } from '../helpers/temp-folder.ts'
import { writeTinyModel } from '../helpers/tiny-model.ts'

const samplePhotos = fileURLToPath(new URL('../../docs/samples', import.meta.url))
const cpu = ['--device', 'cpu', '--threads', '1']

test('adds a model of the catalogue by name and labels with it', async () => {
  const home = tempFolder()
  const hub = await startTinyHub({ classes: 1000 })
  const env = { HF_ENDPOINT: hub.url }
  const photos = path.join(home, 'photos')
  await writePhotos(photos, 3)

  const early = await runCliHosted(['label', photos, '--model', 'vit-tiny'], home)
  expect(early.code).toBe(3)
  expect(early.stderr).toBe('labelroom: vit-tiny is not here yet. Run: labelroom models add vit-tiny\n')

  const added = await runCli(['models', 'add', 'vit-tiny'], home, env)
  expect(added).toMatchObject({
    code: 0,
    stdout: expect.stringMatching(/^vit-tiny is added: 1000 classes/) as string,
  })
  expect(added.stderr).toMatch(/^[\d.]+\/[\d.]+ MB {2}[\d.]+ MB\/s/)
  const list = await runCliHosted(['models', 'catalogue'], home)
  expect(list.stdout).toMatch(/^vit-tiny .*23 MB .*224 px .*Apache-2\.0 .*75\.5 % ImageNet-1k .*installed$/m)
  expect(list.stdout).toMatch(/^food .*89\.1 % Food-101$/m)

  const info = await runCliHosted(['models', 'info', 'vit-tiny'], home)
  expect(info.stdout).toMatch(/^resize +short side to 40 px, centre crop, bicubic \(config\.json\)$/m)
  expect(info.stdout).toMatch(/^labels +tench, goldfish, great white shark, /m)
  const chinese = await runCliHosted(['models', 'info', 'vit-tiny', '--language', 'zh-CN'], home)
  expect(chinese.stdout).toMatch(/^labels +丁鱥, 金鱼, 大白鲨, /m)

  const labelled = await runCliHosted(['label', photos, '--model', 'vit-tiny', '--csv', '-', ...cpu], home)
  expect(labelled.code).toBe(0)
  const rows = parseCsv(labelled.stdout)
  expect(rows).toHaveLength(15)
  const names = JSON.parse(
    await readFile(new URL('../../models/catalogue/labels/imagenet-1k.json', import.meta.url), 'utf8'),
  ) as string[]
  for (const row of rows) {
    expect(names).toContain(row['label'])
    expect(row['model']).toMatch(/^vit-tiny@/)
  }
})

test('resumes a download that Ctrl-C interrupted', async () => {
  const home = tempFolder()
  const hub = await startTinyHub()
  const env = { HF_ENDPOINT: hub.url }
  const weights = weightsOf(hub)
  const half = weights.length >> 1
  hub.misbehave = ({ method, url }, response) => {
    if (method !== 'GET' || url !== '/model.safetensors') return false
    response.writeHead(200, { 'content-length': weights.length }).write(weights.subarray(0, half))
    return true
  }
  const child = startCli(['models', 'add', 'food'], home, env)
  let stderr = ''
  child.stderr?.on('data', (data: Buffer) => (stderr += data.toString()))
  const work = path.join(home, 'models', 'food.partial')
  const partialSize = async () => {
    const name = (await readdir(work).catch(() => [])).find((file) => file.endsWith('.partial'))
    return name === undefined ? 0 : (await stat(path.join(work, name))).size
  }
  await expect.poll(partialSize, { timeout: 30_000 }).toBe(half)
  child.kill('SIGINT')
  const [code] = (await once(child, 'close')) as [number]
  expect(code).toBe(130)
  expect(stderr).toContain(
    'Stopped; what was loaded is kept. Run the same command again to go on from there.',
  )
  expect(await partialSize()).toBe(half)
  hub.misbehave = null
  const resumed = await runCli(['models', 'add', 'food'], home, env)
  expect(resumed).toMatchObject({
    code: 0,
    stdout: expect.stringContaining('food is added: 7 classes') as string,
  })
  expect(hub.log).toContain(`store GET /model.safetensors bytes=${half}-`)
})

test('ends in one sentence for what is not a model and for a missing connection', async () => {
  const home = tempFolder()
  const unknown = await runCliHosted(['models', 'add', 'nosuch'], home)
  expect(unknown).toMatchObject({ code: 3, stdout: '' })
  expect(unknown.stderr).toBe(
    'labelroom: nosuch is neither a path nor a model of the catalogue; see labelroom models catalogue.\n',
  )
  const offline = await runCli(['models', 'add', 'food'], home, { HF_ENDPOINT: 'http://127.0.0.1:9' })
  expect(offline.code).toBe(3)
  expect(offline.stderr).toMatch(/^labelroom: 127\.0\.0\.1:9 cannot be reached \(ECONNREFUSED\)\. .*\n$/)
})

test('opens no connection in any process while it labels', async () => {
  const home = tempFolder()
  const photos = path.join(home, 'photos')
  const model = await writeTinyModel(path.join(home, 'tiny'))
  await writePhotos(photos, 3)
  // Loaded into every Node process of the command, and by itself into the workers, which get no options of the user;
  // notes each connection and each name that is looked up.
  const spy = path.join(home, 'spy.mjs')
  const note = path.join(home, 'connections')
  await writeFile(
    spy,
    `import { appendFileSync } from 'node:fs'
     import { syncBuiltinESMExports } from 'node:module'
     import child_process from 'node:child_process'
     import dns from 'node:dns'
     import net from 'node:net'
     const noting = (object, name) => {
       const original = object[name]
       object[name] = function (...args) {
         appendFileSync(${JSON.stringify(note)}, name + '\\n')
         return original.apply(this, args)
       }
     }
     appendFileSync(${JSON.stringify(note)}, 'process\\n')
     noting(net.Socket.prototype, 'connect')
     noting(dns, 'lookup')
     const { fork } = child_process
     child_process.fork = (file, args, options) =>
       fork(file, args, { ...options, execArgv: ['--import=' + import.meta.url, ...options.execArgv] })
     syncBuiltinESMExports()`,
  )
  const env = { NODE_OPTIONS: `--import=${spy}` }
  const noted = async () => (await readFile(note, 'utf8')).trim().split('\n')
  const args = ['label', photos, '--model', model, '--csv', '-', ...cpu]
  expect((await runCli(args, home, env)).code).toBe(0)
  const processes = await noted()
  expect(processes.length).toBeGreaterThan(1)
  expect(new Set(processes)).toEqual(new Set(['process']))
  // The spy sees a connection where there is one.
  await runCli(['models', 'add', 'food'], home, { ...env, HF_ENDPOINT: 'http://127.0.0.1:9' })
  expect(await noted()).toContain('connect')
})

test('labels without a network', () => {
  const cutOff = ['--net', process.execPath]
  if (spawnSync('unshare', [...cutOff, '--version']).status !== 0) {
    console.warn('SKIPPED: labelling with the network cut off needs the right to use unshare --net')
    return
  }
  const { status, stdout } = spawnSync(
    'unshare',
    [...cutOff, cliFile, 'label', samplePhotos, '--csv', '-', '--format', 'kaggle', ...cpu],
    { env: { ...process.env, LABELROOM_HOME: tempFolder() }, encoding: 'utf8' },
  )
  expect(status).toBe(0)
  expect(parseCsv(stdout)).toHaveLength(24)
})
