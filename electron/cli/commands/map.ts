// `labelroom map`: the library on a plane as a CSV of points.
import { Option, type Command } from 'commander'
import { unpackPoints } from '../../common/map-points.ts'
import { MapRequest } from '../../contract/review.ts'
import { toCsv } from '../../core/files/csv-text.ts'
import { withLibrary, type LibraryOptions } from '../open-library.ts'
import * as opt from '../options.ts'
import { print } from '../stdout.ts'
import { withTask } from '../follow-task.ts'
import { tell } from '../stderr.ts'

interface MapOptions extends LibraryOptions {
  readonly method: MapRequest['method']
  readonly seed: number
  readonly neighbours: number
  readonly minDistance: number
}

export function addMapCommand(command: Command): void {
  const methods = MapRequest.shape.method.unwrap().options
  command
    .addOption(
      new Option('--method <method>', 'pca: at once; umap: keeps neighbours together')
        .choices(methods)
        .default('umap'),
    )
    .addOption(opt.neighboursOption())
    .addOption(opt.minDistanceOption())
    .addOption(opt.seedOption())
    .addOption(opt.libraryOption())
    .action((options: MapOptions) =>
      withLibrary(options, async (library) => {
        const { method, seed, neighbours, minDistance } = options
        const {
          points: packed,
          paths,
          fitted,
        } = await withTask(library, (taskId) =>
          library.client.review.map({ method, seed, neighbours, minDistance, taskId, hasPaths: true }),
        )
        const points = unpackPoints(packed)
        const rows = points.map(({ x, y, label, isConfirmed }, at) => [
          paths?.[at] ?? '',
          x.toFixed(6),
          y.toFixed(6),
          label ?? '',
          label === null ? '' : isConfirmed ? 'human' : 'model',
        ])
        print(toCsv([['file_name', 'x', 'y', 'label', 'source'], ...rows]))
        if (fitted < points.length)
          tell(`${fitted} photos were placed by ${method}, the others among those most like them.`)
      }),
    )
}
