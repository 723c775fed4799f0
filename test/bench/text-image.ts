// Prints what text-image models of full size cost: CLIP-B/32 and ViLT-B/32 with random weights, since none can be fetched here.
// usage: npm run bench:text-image -- PHOTOS; needs 2 GB of the temporary folder
import { once } from 'node:events'
import { cp, mkdir, mkdtemp, open, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { startCli } from '../helpers/cli.ts'

type Shapes = Record<string, readonly number[]>

const linear = (name: string, rows: number, columns: number): Shapes => ({
  [`${name}.weight`]: [rows, columns],
  [`${name}.bias`]: [rows],
})
const norm = (name: string, dim: number): Shapes => ({ [`${name}.weight`]: [dim], [`${name}.bias`]: [dim] })

function clipTower(tower: string, dim: number): Shapes {
  const blocks = Array.from({ length: 12 }, (_, i): Shapes => {
    const at = `${tower}.encoder.layers.${i}`
    return {
      ...norm(`${at}.layer_norm1`, dim),
      ...norm(`${at}.layer_norm2`, dim),
      ...linear(`${at}.mlp.fc1`, 4 * dim, dim),
      ...linear(`${at}.mlp.fc2`, dim, 4 * dim),
      ...linear(`${at}.self_attn.q_proj`, dim, dim),
      ...linear(`${at}.self_attn.k_proj`, dim, dim),
      ...linear(`${at}.self_attn.v_proj`, dim, dim),
      ...linear(`${at}.self_attn.out_proj`, dim, dim),
    }
  })
  return Object.assign({}, ...blocks) as Shapes
}

const clip: Shapes = {
  logit_scale: [1],
  'visual_projection.weight': [512, 768],
  'text_projection.weight': [512, 512],
  'vision_model.embeddings.class_embedding': [768],
  'vision_model.embeddings.patch_embedding.weight': [768, 3, 32, 32],
  'vision_model.embeddings.position_embedding.weight': [50, 768],
  ...norm('vision_model.pre_layrnorm', 768),
  ...norm('vision_model.post_layernorm', 768),
  ...clipTower('vision_model', 768),
  'text_model.embeddings.token_embedding.weight': [49_408, 512],
  'text_model.embeddings.position_embedding.weight': [77, 512],
  ...norm('text_model.final_layer_norm', 512),
  ...clipTower('text_model', 512),
}

const viltBlocks = Array.from({ length: 12 }, (_, i): Shapes => {
  const at = `vilt.encoder.layer.${i}`
  return {
    ...norm(`${at}.layernorm_before`, 768),
    ...norm(`${at}.layernorm_after`, 768),
    ...linear(`${at}.attention.attention.query`, 768, 768),
    ...linear(`${at}.attention.attention.key`, 768, 768),
    ...linear(`${at}.attention.attention.value`, 768, 768),
    ...linear(`${at}.attention.output.dense`, 768, 768),
    ...linear(`${at}.intermediate.dense`, 3072, 768),
    ...linear(`${at}.output.dense`, 768, 3072),
  }
})
const vilt: Shapes = {
  'vilt.embeddings.text_embeddings.word_embeddings.weight': [30_522, 768],
  'vilt.embeddings.text_embeddings.position_embeddings.weight': [40, 768],
  'vilt.embeddings.text_embeddings.token_type_embeddings.weight': [2, 768],
  ...norm('vilt.embeddings.text_embeddings.LayerNorm', 768),
  'vilt.embeddings.cls_token': [1, 1, 768],
  'vilt.embeddings.position_embeddings': [1, 145, 768],
  'vilt.embeddings.patch_embeddings.projection.weight': [768, 3, 32, 32],
  'vilt.embeddings.patch_embeddings.projection.bias': [768],
  'vilt.embeddings.token_type_embeddings.weight': [2, 768],
  ...(Object.assign({}, ...viltBlocks) as Shapes),
  ...norm('vilt.layernorm', 768),
  ...linear('vilt.pooler.dense', 768, 768),
  ...linear('rank_output', 1, 768),
}

/** float16, all of about the size that trained weights have; one tensor in memory at a time. */
async function writeRandom(file: string, shapes: Shapes): Promise<void> {
  const header: Record<string, unknown> = {}
  let offset = 0
  const lengths = Object.entries(shapes).map(([name, shape]) => {
    const length = shape.reduce((a, b) => a * b, 1)
    header[name] = { dtype: 'F16', shape, data_offsets: [offset, (offset += 2 * length)] }
    return length
  })
  const noise = Float16Array.from({ length: 65_521 }, (_, i) => 0.04 * Math.sin(i * i))
  const text = Buffer.from(JSON.stringify(header))
  const size = Buffer.alloc(8)
  size.writeBigUInt64LE(BigInt(text.length))
  const handle = await open(file, 'w')
  await handle.appendFile(Buffer.concat([size, text]))
  for (const length of lengths) {
    const values = new Float16Array(length)
    for (let at = 0; at < length; at += noise.length) values.set(noise.subarray(0, length - at), at)
    await handle.appendFile(new Uint8Array(values.buffer))
  }
  await handle.close()
}

interface Cost {
  readonly seconds: number
  /** Of all processors together, which other work on the machine hardly changes. */
  readonly cpuSeconds: number
  /** The most that the command and its workers had at once. */
  readonly memoryMb: number
}

/** Runs the command, and reads what it takes where Linux counts it. */
async function measure(home: string, ...args: string[]): Promise<Cost> {
  const startedAtMs = performance.now()
  const child = startCli(args, home)
  let errors = ''
  child.stderr?.on('data', (data: Buffer) => (errors += data.toString()))
  child.stdout?.resume()
  const cpuSeconds = new Map<number, number>()
  let memoryMb = 0
  const timer = setInterval(() => {
    void readFamily(child.pid ?? 0, cpuSeconds).then((sum) => (memoryMb = Math.max(memoryMb, sum)))
  }, 50)
  const [code] = (await once(child, 'close')) as [number | null]
  clearInterval(timer)
  if (code !== 0) throw new Error(errors)
  return {
    seconds: (performance.now() - startedAtMs) / 1000,
    cpuSeconds: [...cpuSeconds.values()].reduce((a, b) => a + b, 0),
    memoryMb,
  }
}

/** Megabytes of a process and its children now; notes what processor time each has had. */
async function readFamily(pid: number, cpuSeconds: Map<number, number>): Promise<number> {
  const read = (file: string) => readFile(`/proc/${pid}/${file}`, 'utf8').catch(() => '')
  const ticks = (await read('stat'))
    .replace(/^.*\) /, '')
    .split(' ')
    .slice(11, 13)
    .map(Number)
  if (ticks.length === 2) cpuSeconds.set(pid, ticks.reduce((a, b) => a + b, 0) / ticksPerSecond)
  const own = Number(/VmRSS:\s+(\d+)/.exec(await read('status'))?.[1] ?? 0) / 1024
  const children = (await read(`task/${pid}/children`)).trim().split(' ').filter(Boolean)
  const theirs = await Promise.all(children.map((child) => readFamily(Number(child), cpuSeconds)))
  return theirs.reduce((a, b) => a + b, own)
}

/** USER_HZ, the same on every Linux that Node runs on. */
const ticksPerSecond = 100

const [given] = process.argv.slice(2)
if (given === undefined) throw new Error('usage: npm run bench:text-image -- PHOTOS')
const tokenizers = fileURLToPath(new URL('../models/text/clip', import.meta.url))
const home = await mkdtemp(path.join(tmpdir(), 'labelroom-text-image-'))
try {
  const photos = path.join(home, 'photos')
  await mkdir(photos)
  const names = (await readdir(given, { recursive: true })).filter((name) => /\.jpe?g$/i.test(name))
  for (const [i, name] of names.slice(0, 32).entries())
    await cp(path.join(given, name), path.join(photos, `${i}.jpg`))
  const count = Math.min(32, names.length)
  const [clipFolder, viltFolder] = [path.join(home, 'clip-b32'), path.join(home, 'vilt-b32')]
  for (const folder of [clipFolder, viltFolder]) await mkdir(folder)
  await writeRandom(path.join(clipFolder, 'model.safetensors'), clip)
  await writeRandom(path.join(viltFolder, 'model.safetensors'), vilt)
  for (const file of ['tokenizer.json', 'tokenizer_config.json'])
    await cp(path.join(tokenizers, file), path.join(clipFolder, file))
  const config = {
    model_type: 'clip',
    vision_config: { patch_size: 32, image_size: 224, num_attention_heads: 12 },
  }
  await writeFile(
    path.join(clipFolder, 'config.json'),
    JSON.stringify({ ...config, text_config: { num_attention_heads: 8 } }),
  )
  await writeFile(
    path.join(viltFolder, 'config.json'),
    JSON.stringify({ model_type: 'vilt', architectures: ['ViltForImageAndTextRetrieval'] }),
  )
  await writeFile(path.join(viltFolder, 'vocab.txt'), '[PAD]\n[UNK]\n[CLS]\n[SEP]\na\ndog\non\nbeach\n')

  const one = path.join(home, 'one')
  await mkdir(one)
  await cp(path.join(photos, '0.jpg'), path.join(one, '0.jpg'))
  const report = async (what: string, ...args: string[]): Promise<Cost> => {
    const cost = await measure(home, ...args, ...(args[0] === 'words' ? [] : ['--threads', '2']))
    const { seconds, cpuSeconds, memoryMb } = cost
    console.log(
      `${what.padEnd(48)}${seconds.toFixed(1).padStart(7)} s, CPU ${cpuSeconds.toFixed(1).padStart(6)} s, at most ${memoryMb.toFixed(0)} MB`,
    )
    return cost
  }
  const reportEach = (what: string, first: Cost, all: Cost) => {
    const each = (all.cpuSeconds - first.cpuSeconds) / (count - 1)
    console.log(`${what}: ${each.toFixed(2)} CPU seconds each`)
  }
  const label = ['--model', clipFolder, '--device', 'cpu', '--force']
  await report('CLIP-B/32: prepared, one photo', 'label', one, ...label)
  const photo = await report('CLIP-B/32: one photo', 'label', one, ...label)
  reportEach('CLIP-B/32', photo, await report(`CLIP-B/32: ${count} photos`, 'label', photos, ...label))
  const words = Array.from({ length: 100 }, (_, i) => `dog ${i}`).join(',')
  await report('CLIP-B/32: a head of 100 words, 400 sentences', 'words', words)
  await measure(home, 'models', 'add', viltFolder)
  await report('ViLT-B/32: prepared, one pass', 'match', one, 'a dog')
  const pass = await report('ViLT-B/32: one pass', 'match', one, 'a dog')
  reportEach('ViLT-B/32', pass, await report(`ViLT-B/32: ${count} passes`, 'match', photos, 'a dog'))
} finally {
  await rm(home, { recursive: true, force: true })
}
