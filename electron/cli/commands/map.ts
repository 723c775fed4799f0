// `labelroom map` and `groups`: the library on a plane as a CSV of points, and in groups that look alike.
import { Option, type Command } from 'commander'
import { MapRequest } from '../../contract/learning.ts'
import { toCsv } from '../../core/export/csv-text.ts'
import { withLibrary, type LibraryOptions } from '../open-library.ts'
import * as opt from '../options.ts'
import { percent } from '../head-report.ts'
import { printRow } from '../print-row.ts'
import { withTask } from '../task.ts'

interface MapOptions extends LibraryOptions {
  readonly method: MapRequest['method']
  readonly seed: number
  readonly neighbours: number
  readonly minDistance: number
}

export function addMapCommand(program: Command): void {
  const methods = MapRequest.shape.method.unwrap().options
  program
    .command('map')
    .description('the library on a plane, photos that look alike together: a CSV of points from -1 to 1')
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
        const { points, fitted } = await withTask(library, (taskId) =>
          library.client.review.map({ method, seed, neighbours, minDistance, taskId, hasPaths: true }),
        )
        const rows = points.map(({ path, x, y, label, isConfirmed }) => [
          path ?? '',
          x.toFixed(6),
          y.toFixed(6),
          label ?? '',
          label === null ? '' : isConfirmed ? 'human' : 'model',
        ])
        process.stdout.write(toCsv([['file_name', 'x', 'y', 'label', 'source'], ...rows]))
        if (fitted < points.length)
          console.error(`${fitted} photos were placed by ${method}, the others among those most like them.`)
      }),
    )
}

interface GroupsOptions extends LibraryOptions {
  readonly groups?: number
  readonly all?: true
  readonly seed: number
}

export function addGroupsCommand(program: Command): void {
  program
    .command('groups')
    .description('photos without a confirmed label in groups that look alike, the tightest first')
    .addOption(opt.groupsOption())
    .option('--all', 'also photos that have a confirmed label')
    .addOption(opt.seedOption())
    .addOption(opt.libraryOption())
    .action((options: GroupsOptions) =>
      withLibrary(options, async (library) => {
        const { seed, groups = null, all = false } = options
        const found = await withTask(library, (taskId) =>
          library.client.review.groups({ seed, groups, isUnlabelledOnly: !all, taskId }),
        )
        for (const [index, { photos, label, labelShare }] of found.entries()) {
          const name = label === null ? '' : `${label} ${percent(labelShare)}`
          for (const { path, cosine } of photos) printRow(index + 1, name, cosine.toFixed(4), path)
        }
        console.error(`${found.length} groups.`)
      }),
    )
}
