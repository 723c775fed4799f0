// Entry of a child process of `labelroom bench`: times one part alone. Loading and the first run are not timed.
import type { LoadRequest } from '../../contract/inference.ts'
import { english, messageOf } from '../../texts/message.ts'
import { decodePhotoFile, type DecodedPhoto } from '../decode/decode-photo.ts'
import { openGraph, openModel } from '../model.ts'
import { openPeer } from './peer.ts'
import { writePeerFolder } from './peer-folder.ts'
import { benchGo, benchReady, BenchRequest, type BenchReply } from './protocol.ts'

type Timed = Omit<BenchReply, 'error'>

process.once('message', (raw) => {
  const request = BenchRequest.parse(raw)
  const parts = { decode: measureDecode, inference: measureInference, peer: measurePeer }
  parts[request.part](request).then(
    (timed) => process.send?.({ ...timed, error: null }),
    (error: unknown) => process.send?.({ photos: 0, elapsedMs: 0, error: english(messageOf(error)) }),
  )
})

/** Several children of one part start together. */
async function time(photos: number, work: () => Promise<unknown>): Promise<Timed> {
  process.send?.(benchReady)
  await new Promise<void>((resolve) => {
    process.on('message', (message) => {
      if (message === benchGo) resolve()
    })
  })
  const startMs = performance.now()
  await work()
  return { photos, elapsedMs: performance.now() - startMs }
}

async function measureDecode({ load, paths }: BenchRequest): Promise<Timed> {
  const decode = await createDecoder(load)
  await decode(paths.slice(0, load.threads))
  return time(paths.length, () => decode(paths))
}

/** Decodes with as many photos in flight as keep every core busy. */
async function createDecoder(
  load: LoadRequest,
): Promise<(paths: readonly string[]) => Promise<DecodedPhoto[]>> {
  const { preprocessing } = await openGraph(load)
  return async (paths) => {
    const queue = [...paths]
    const photos: DecodedPhoto[] = []
    const work = async () => {
      for (let path = queue.shift(); path !== undefined; path = queue.shift())
        photos.push(await decodePhotoFile({ path, stamp: null }, preprocessing, load.limits))
    }
    await Promise.all(Array.from({ length: 4 * load.threads * load.workers }, work))
    return photos
  }
}

/** More pixels than of so many photos are no other work for the model. */
const maxDecoded = 256

async function measureInference({ load, paths }: BenchRequest): Promise<Timed> {
  const { device, run } = await openModel(load)
  const decode = await createDecoder(load)
  const decoded = await decode(paths.slice(0, maxDecoded))
  const photos = paths.flatMap((_path, id) => {
    const photo = decoded[id % decoded.length]
    return photo === undefined ? [] : [{ ...photo, id }]
  })
  const runAll = async (count: number) => {
    for (let at = 0; at < count; at += device.batchSize) await run(photos.slice(at, at + device.batchSize), 5)
  }
  await runAll(device.batchSize)
  return time(photos.length, () => runAll(photos.length))
}

async function measurePeer({ load, paths, peerFolder }: BenchRequest): Promise<Timed> {
  await writePeerFolder(peerFolder, await openGraph(load))
  const classify = await openPeer(peerFolder)
  for (const path of paths.slice(0, 4)) await classify(path)
  return time(paths.length, async () => {
    for (const path of paths) await classify(path)
  })
}
