// Draws the pictures that the toy models know, by the rule of models/train/toy/shapes.py: one shape in one colour.
import { mkdir } from 'node:fs/promises'
import path from 'node:path'
import sharp from 'sharp'
import { createRandom } from '../../electron/core/learning/algorithms/random.ts'

export const colours = {
  red: [214, 40, 40],
  orange: [240, 130, 30],
  yellow: [240, 216, 40],
  green: [46, 158, 68],
  cyan: [50, 200, 215],
  blue: [42, 82, 214],
  purple: [135, 50, 180],
  pink: [245, 135, 190],
} as const
export type Colour = keyof typeof colours
export const colourNames = Object.keys(colours) as Colour[]

/** How far outside of the shape of radius about 1 a point is; negative inside. */
const distances = {
  circle: (x: number, y: number) => Math.hypot(x, y) - 0.95,
  square: (x: number, y: number) => Math.max(Math.abs(x), Math.abs(y)) - 0.82,
  triangle: (x: number, y: number) => Math.max(y, -0.5 * y + 0.866 * Math.abs(x)) - 0.58,
  star: distanceToStar,
  cross: (x: number, y: number) =>
    Math.min(Math.max(Math.abs(x) - 1, Math.abs(y) - 0.3), Math.max(Math.abs(y) - 1, Math.abs(x) - 0.3)),
  ring: (x: number, y: number) => Math.abs(Math.hypot(x, y) - 0.74) - 0.22,
  bar: (x: number, y: number) => Math.max(Math.abs(x) - 1.1, Math.abs(y) - 0.3),
  crescent: (x: number, y: number) => Math.max(Math.hypot(x, y) - 1, 0.8 - Math.hypot(x - 0.5, y)),
} as const
export type Shape = keyof typeof distances
export const shapeNames = Object.keys(distances) as Shape[]

function distanceToStar(x: number, y: number): number {
  const fold = Math.PI / 5
  const turned = Math.atan2(x, -y) + fold
  const angle = Math.abs(turned - 2 * fold * Math.floor(turned / (2 * fold)) - fold)
  const tip = 1.15
  const [across, along] = [0.48 * Math.cos(fold) - tip, 0.48 * Math.sin(fold)]
  const radius = Math.hypot(x, y)
  const length = Math.hypot(across, along)
  return (along * (radius * Math.cos(angle) - tip) - across * radius * Math.sin(angle)) / length
}

export interface Drawn {
  readonly colour: Colour
  readonly shape: Shape
}

export const nameOf = ({ colour, shape }: Drawn): string => `${colour} ${shape}`
export const allDrawn: readonly Drawn[] = colourNames.flatMap((colour) =>
  shapeNames.map((shape) => ({ colour, shape })),
)
/** In no picture and no sentence of the toy models' training: each colour and each shape once. */
export const heldOut: readonly Drawn[] = colourNames.map((colour, i) => ({
  colour,
  shape: shapeNames[(i + 3) % 8] ?? 'circle',
}))

/** Writes a PNG; places, sizes, angles, shades and the paper are those of the seed. */
export async function writeDrawing(file: string, drawn: Drawn, seed: number, sidePx = 96): Promise<string> {
  await mkdir(path.dirname(file), { recursive: true })
  const pixels = draw(drawn, seed, sidePx)
  await sharp(pixels, { raw: { width: sidePx, height: sidePx, channels: 3 } })
    .png()
    .toFile(file)
  return file
}

function draw({ colour, shape }: Drawn, seed: number, sidePx: number): Uint8Array {
  const random = createRandom(seed)
  const between = (low: number, high: number) => low + random() * (high - low)
  const radius = between(0.3, 0.4)
  const turn = between(-0.25, 0.25)
  const room = 0.48 - 1.1 * radius
  const [left, top] = [0.5 + room * between(-1, 1), 0.5 + room * between(-1, 1)]
  const shade = between(-20, 20)
  const fill = colours[colour].map((value) => value + shade + between(-10, 10))
  const grey = between(220, 250)
  const ground = fill.map(() => grey + between(-8, 8))
  const pixels = new Uint8Array(sidePx * sidePx * 3)
  for (let row = 0; row < sidePx; row++) {
    for (let column = 0; column < sidePx; column++) {
      const [dx, dy] = [((column + 0.5) / sidePx - left) / radius, ((row + 0.5) / sidePx - top) / radius]
      const x = Math.cos(turn) * dx + Math.sin(turn) * dy
      const y = Math.cos(turn) * dy - Math.sin(turn) * dx
      const cover = Math.min(1, Math.max(0, 0.5 - distances[shape](x, y) * radius * sidePx))
      for (const [channel, value] of ground.entries())
        pixels[(row * sidePx + column) * 3 + channel] = Math.min(
          255,
          Math.max(0, value + cover * ((fill[channel] ?? 0) - value)),
        )
    }
  }
  return pixels
}

/** Draws `each` pictures of every one of these into a folder of its name; returns the files with what they show. */
export async function writeDrawings(folder: string, drawn: readonly Drawn[], each: number) {
  const files = drawn.flatMap((one, i) =>
    Array.from({ length: each }, (_, n) => ({
      drawn: one,
      file: path.join(folder, nameOf(one), `${n}.png`),
      seed: 1000 * i + n,
    })),
  )
  for (const { file, drawn: one, seed } of files) await writeDrawing(file, one, seed)
  return files.map(({ file, drawn: one }) => ({ file, drawn: one }))
}
