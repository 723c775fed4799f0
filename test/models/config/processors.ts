// Reads what other libraries' processors made of photos, and compares it with our own pixels.
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { toTensor } from '../../../electron/worker/decode/to-tensor.ts'
import { fromFloat16 } from '../../../models/checkpoint/half-float.ts'
import type { Preprocessing } from '../../../models/config/preprocessing.ts'
import { readModelConfig } from '../../../models/config/model-config.ts'
import { readTagger } from '../../../models/config/tagger.ts'
import { readPreprocessing } from '../../../models/config/preprocessing-config.ts'
import { decodePhotoAt } from '../../helpers/photo-on-disk.ts'

/** As test/scripts/processors.py writes them. */
export interface ProcessorGoldens {
  /** So many rows and columns of each result were kept. */
  readonly grid: number
  readonly cases: readonly {
    readonly name: string
    readonly files: Readonly<Record<string, unknown>>
    readonly height: number
    readonly width: number
    /** [3, grid, grid] as float16, by the path of the photo. */
    readonly photos: Readonly<Record<string, string>>
  }[]
}
export type ProcessorCase = ProcessorGoldens['cases'][number]

/** The preprocessing that Labelroom reads from the files of a case, which are written into an empty folder. */
export async function preprocessingOf(
  { files, height, width }: ProcessorCase,
  folder: string,
): Promise<Preprocessing> {
  for (const [name, content] of Object.entries(files))
    await writeFile(join(folder, name), typeof content === 'string' ? content : JSON.stringify(content))
  return readPreprocessing(
    folder,
    await readModelConfig(folder),
    { height, width },
    {
      defaults: 'timm',
      tagger: await readTagger(folder),
      layout: null,
    },
  )
}

/** The mean absolute difference of one photo's pixels in steps of 255, where the sizes agree; else infinite. */
export async function pixelDifference(
  photo: string,
  golden: string,
  { grid, height, width }: Pick<ProcessorGoldens, 'grid'> & Pick<ProcessorCase, 'height' | 'width'>,
  preprocessing: Preprocessing,
): Promise<number> {
  if (preprocessing.height !== height || preprocessing.width !== width) return Infinity
  const { pixels } = await decodePhotoAt(photo, preprocessing)
  const ours = new Float32Array(3 * height * width)
  toTensor(pixels, preprocessing, ours, 0)
  const theirs = fromFloat16(new Uint16Array(Uint8Array.from(Buffer.from(golden, 'base64')).buffer))
  const { rescale, std, channels } = preprocessing
  const place = (index: number, sizePx: number) => Math.floor((index * (sizePx - 1)) / (grid - 1))
  let sum = 0
  for (let c = 0; c < 3; c++) {
    const scale = (std[channels === 'bgr' ? 2 - c : c] ?? 1) / rescale
    for (let row = 0; row < grid; row++) {
      for (let column = 0; column < grid; column++) {
        const at = (c * height + place(row, height)) * width + place(column, width)
        sum += Math.abs((ours[at] ?? NaN) - (theirs[(c * grid + row) * grid + column] ?? NaN)) * scale
      }
    }
  }
  return sum / (3 * grid * grid)
}
