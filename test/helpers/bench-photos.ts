// Photos to measure with, made of the samples: as many as wanted, each with other bytes and pixels, at one size.
import { mkdir, readdir } from 'node:fs/promises'
import { availableParallelism } from 'node:os'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import sharp, { type OverlayOptions } from 'sharp'

const samples = fileURLToPath(new URL('../../docs/samples', import.meta.url))

/** Writes `count` JPEGs of about `megapixels` into the folder, cut and tinted each in its own way; returns their paths. */
export async function makeBenchPhotos(folder: string, count: number, megapixels: number): Promise<string[]> {
  await mkdir(folder, { recursive: true })
  const names = (await readdir(samples, { recursive: true })).filter((name) => name.endsWith('.jpg')).sort()
  const height = Math.round(Math.sqrt((megapixels * 1e6) / (4 / 3)))
  const width = Math.round((height * 4) / 3)
  const paths = Array.from({ length: count }, (_, number) =>
    path.join(folder, `${String(number).padStart(4, '0')}.jpg`),
  )
  const queue = [...paths.entries()]
  const work = async () => {
    for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
      const [number, file] = next
      const cut = 1 + Math.floor(number / names.length)
      await sharp(path.join(samples, names[number % names.length] ?? ''))
        .resize(width + cut, height + cut, { fit: 'cover' })
        .extract({ left: cut, top: cut, width, height })
        .modulate({ brightness: 1 + (number % 7) / 50 })
        // Grain, as cameras leave it: without it, enlarged pictures compress and decode better than photos do.
        .composite([{ ...(await grain(number)), tile: true, blend: 'soft-light' }])
        .jpeg({ quality: 90 })
        .toFile(file)
    }
  }
  await Promise.all(Array.from({ length: availableParallelism() }, work))
  return paths
}

async function grain(seed: number): Promise<OverlayOptions> {
  const side = 256 + (seed % 8)
  const noise = { type: 'gaussian' as const, mean: 128, sigma: 12 }
  const raw = { width: side, height: side, channels: 3 as const }
  const input = await sharp({ create: { ...raw, background: '#808080', noise } })
    .raw()
    .toBuffer()
  return { input, raw }
}
