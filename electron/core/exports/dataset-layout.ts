// The layout of a dataset in each format: the paths of photos, and the lists with their labels.
import path from 'node:path'
import type { DatasetFormat, DatasetRequest, SplitName } from '../../contract/exports.ts'
import { toCsv } from '../files/csv-text.ts'
import type { DatasetFile } from './dataset-files.ts'
import { labelStudioConfig, labelStudioTasks } from './label-studio.ts'
import { createNamer, toSafeFileName, toSafePath } from './safe-names.ts'
import { relativeName, type Selection } from './selection.ts'

/** A file that went into the dataset under this name. */
export interface NamedFile extends DatasetFile {
  readonly split: SplitName
  readonly fileName: string
}

/** A text file of the dataset; generated in chunks, since it may be long. */
export interface TextFile {
  readonly name: string
  readonly chunks: Iterable<string>
}

export interface Layout {
  readonly nameOf: (file: DatasetFile, split: SplitName) => string
  /** Names of labels in the order of their numbers, which is that of their folders, as torchvision counts them. */
  readonly classes: readonly string[]
  /** Returns the lists of these files, which all belong to one split of the dataset. */
  readonly listsOf: (files: readonly NamedFile[], split: SplitName) => TextFile[]
}

export function createLayout(
  request: DatasetRequest,
  selection: Selection,
  { isDivided, folders }: { readonly isDivided: boolean; readonly folders: ReadonlyMap<string, string> },
): Layout {
  const { format, placement } = request
  const name = createNamer()
  const plain = isFolderOfPhotos(format) ? '' : 'images/'
  const base = (split: SplitName) => {
    if (format === 'fiftyone') return isDivided ? `${split}/data/` : 'data/'
    return isDivided ? `${split}/` : plain
  }
  const classes = [...folders.keys()].sort((a, b) =>
    Buffer.compare(Buffer.from(folders.get(a) ?? ''), Buffer.from(folders.get(b) ?? '')),
  )
  return {
    classes,
    nameOf: (file, split) => {
      const relative = relativeName(selection, file.path)
      if (placement === 'none') return relative
      const fileName = toSafeFileName(path.posix.basename(file.path))
      // What belongs to a photo has its name without the extension, so no two may differ in that alone.
      const withOwnStem = (wished: string): string => {
        const extension = path.posix.extname(wished)
        return name(wished.slice(0, wished.length - extension.length)) + extension
      }
      if (format === 'txt') return withOwnStem(base(split) + toSafePath(relative))
      if (format === 'fiftyone') return withOwnStem(base(split) + fileName)
      const label = folders.get(file.labels[0] ?? '') ?? ''
      if (format === 'imagefolder') return name(`${base(split)}${label}/${fileName}`)
      if (format === 'datumaro') return name(`${base(split)}${label}/${label}_${fileName}`)
      return name(base(split) + toSafePath(relative))
    },
    listsOf: (files, split) => {
      const inSplit = files.map((file) => ({
        ...file,
        splitFileName: placement === 'none' ? file.fileName : file.fileName.slice(base(split).length),
      }))
      return lists[format]({ request, files: inSplit, classes, part: isDivided ? split : null })
    },
  }
}

/** Whether photos lie at the top, and not in a folder of their own. */
const isFolderOfPhotos = (format: DatasetFormat) => ['imagefolder', 'hf', 'datumaro'].includes(format)

interface ListRequest {
  readonly request: DatasetRequest
  /** With their names relative to the folder of the split. */
  readonly files: readonly (NamedFile & { readonly splitFileName: string })[]
  readonly classes: readonly string[]
  readonly part: SplitName | null
}

const lists: Readonly<Record<DatasetFormat, (list: ListRequest) => TextFile[]>> = {
  imagefolder: () => [],

  /** https://huggingface.co/docs/datasets/image_dataset#imagefolder */
  hf: ({ request: { metadata }, files, part }) => {
    const name = `${part === null ? '' : `${part}/`}metadata.${metadata}`
    if (metadata === 'csv')
      return [
        { name, chunks: table(['file_name', 'label'], files, (file) => [file.splitFileName, first(file)]) },
      ]
    const line = (file: ListRequest['files'][number]) => ({
      file_name: file.splitFileName,
      label: first(file),
      labels: file.labels,
    })
    return [{ name, chunks: jsonLines(files, line) }]
  },

  /** The layout of Datumaro's ImageNet format: the label is also the beginning of each file's name. */
  datumaro: () => [],

  /** Tags beside each photo, as TagGUI and the trainers of image generators read them. */
  txt: ({ files }) =>
    files.map((file) => ({
      name: withoutExtension(file.fileName) + '.txt',
      chunks: [file.labels.join(', ')],
    })),

  /** https://docs.voxel51.com/user_guide/export_datasets.html#fiftyoneimageclassificationdataset */
  fiftyone: ({ files, classes, part }) => [
    { name: `${part === null ? '' : `${part}/`}labels.json`, chunks: fiftyone(files, classes) },
  ],

  labelstudio: ({ files, classes, part }) => [
    { name: `${part ?? 'tasks'}.json`, chunks: labelStudioTasks(files) },
    ...(part === null || part === 'train'
      ? [{ name: 'label-config.xml', chunks: [labelStudioConfig(classes)] }]
      : []),
  ],

  coco: (list) => [{ name: `annotations/instances_${list.part ?? 'all'}.json`, chunks: coco(list) }],

  jsonl: ({ files, part }) => {
    const line = (file: ListRequest['files'][number]) => ({
      file_name: file.fileName,
      label: first(file),
      labels: file.labels,
      source: file.source,
      score: file.score,
    })
    return [{ name: `${part ?? 'labels'}.jsonl`, chunks: jsonLines(files, line) }]
  },

  kaggle: ({ files, part }) => [
    {
      name: `${part ?? 'labels'}.csv`,
      chunks: table(['id', 'label'], files, (file) => [file.fileName, first(file)]),
    },
  ],

  timm: ({ files, part }) => [
    {
      name: `${part ?? 'labels'}.csv`,
      chunks: table(['filename', 'label'], files, (file) => [file.fileName, first(file)]),
    },
  ],
}

const withoutExtension = (name: string): string =>
  name.slice(0, name.length - path.posix.extname(name).length)

function* fiftyone(files: ListRequest['files'], classes: readonly string[]): Generator<string> {
  const numbers = new Map(classes.map((name, at) => [name, at]))
  yield `{"classes":${JSON.stringify(classes)},"labels":{`
  for (const [at, file] of files.entries()) {
    const key = JSON.stringify(withoutExtension(path.posix.basename(file.fileName)))
    yield `${at === 0 ? '' : ','}\n${key}:${numbers.get(first(file)) ?? 0}`
  }
  yield '}}\n'
}

const first = ({ labels }: DatasetFile): string => labels[0] ?? ''

function* table<T>(
  header: readonly string[],
  files: readonly T[],
  row: (file: T) => readonly string[],
): Generator<string> {
  yield toCsv([header])
  for (let from = 0; from < files.length; from += 500) yield toCsv(files.slice(from, from + 500).map(row))
}

function* jsonLines<T>(files: readonly T[], line: (file: T) => unknown): Generator<string> {
  for (const file of files) yield `${JSON.stringify(line(file))}\n`
}

/**
 * COCO has no labels of whole images, so each label is an object whose box is the image; readers that count classes or
 * train classifiers take it as it is.
 */
function* coco({ files, classes }: ListRequest): Generator<string> {
  const numbers = new Map(classes.map((name, at) => [name, at + 1]))
  const info = { description: 'Labels of whole images by Labelroom: each box is the whole image.' }
  yield `{"info":${JSON.stringify(info)},"licenses":[],"categories":`
  yield JSON.stringify(classes.map((name) => ({ id: numbers.get(name), name, supercategory: '' })))
  yield ',"images":['
  for (const [at, { splitFileName, widthPx, heightPx }] of files.entries()) {
    const image = { id: at + 1, file_name: splitFileName, width: widthPx, height: heightPx }
    yield `${at === 0 ? '' : ','}\n${JSON.stringify(image)}`
  }
  yield '],"annotations":['
  let id = 0
  for (const [at, { labels, widthPx, heightPx, score }] of files.entries()) {
    const [width, height] = [widthPx ?? 0, heightPx ?? 0]
    for (const label of labels) {
      id++
      const annotation = {
        id,
        image_id: at + 1,
        category_id: numbers.get(label),
        bbox: [0, 0, width, height],
        area: width * height,
        iscrowd: 0,
        ...(score === null ? {} : { score }),
      }
      yield `${id === 1 ? '' : ','}\n${JSON.stringify(annotation)}`
    }
  }
  yield ']}\n'
}
