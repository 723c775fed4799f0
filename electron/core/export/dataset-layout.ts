// Where photos lie in a data set of each format, and the lists that say their labels.
import type { DatasetFormat, DatasetRequest, SplitName } from '../../contract/exports.ts'
import { toCsv } from './csv-text.ts'
import type { DatasetFile } from './dataset-files.ts'
import { createNamer, toSafeFileName, toSafePath } from './safe-names.ts'
import { relativeName, type Selection } from './selection.ts'

/** A file that went into the data set under this name. */
export interface NamedFile extends DatasetFile {
  readonly split: SplitName
  readonly fileName: string
}

/** A text file of the data set; made in pieces, since it may be long. */
export interface TextFile {
  readonly name: string
  readonly pieces: Iterable<string>
}

export interface Layout {
  readonly nameOf: (file: DatasetFile, split: SplitName) => string
  /** Names of labels in the order of their numbers, which is that of their folders, as torchvision counts them. */
  readonly classes: readonly string[]
  /** The lists of these files, which all lie in one part of the data set. */
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
  const base = (split: SplitName) => (isDivided ? `${split}/` : plain)
  const classes = [...folders.keys()].sort((a, b) =>
    Buffer.compare(Buffer.from(folders.get(a) ?? ''), Buffer.from(folders.get(b) ?? '')),
  )
  return {
    classes,
    nameOf: (file, split) => {
      const relative = relativeName(selection, file.path)
      if (placement === 'none') return relative
      if (format !== 'imagefolder') return name(base(split) + toSafePath(relative))
      const label = folders.get(file.labels[0] ?? '') ?? ''
      return name(`${base(split)}${label}/${toSafeFileName(file.path.slice(file.path.lastIndexOf('/') + 1))}`)
    },
    listsOf: (files, split) => {
      const inPart = files.map((file) => ({
        ...file,
        partName: placement === 'none' ? file.fileName : file.fileName.slice(base(split).length),
      }))
      return lists[format]({ request, files: inPart, classes, part: isDivided ? split : null })
    },
  }
}

/** Where photos lie at the top, and not in a folder of their own. */
const isFolderOfPhotos = (format: DatasetFormat) => format === 'imagefolder' || format === 'hf'

interface ListRequest {
  readonly request: DatasetRequest
  /** With their names relative to the folder of the part. */
  readonly files: readonly (NamedFile & { readonly partName: string })[]
  readonly classes: readonly string[]
  readonly part: SplitName | null
}

const lists: Readonly<Record<DatasetFormat, (list: ListRequest) => TextFile[]>> = {
  imagefolder: () => [],

  /** https://huggingface.co/docs/datasets/image_dataset#imagefolder */
  hf: ({ request: { metadata }, files, part }) => {
    const name = `${part === null ? '' : `${part}/`}metadata.${metadata}`
    if (metadata === 'csv')
      return [{ name, pieces: table(['file_name', 'label'], files, (file) => [file.partName, first(file)]) }]
    const line = (file: ListRequest['files'][number]) => ({
      file_name: file.partName,
      label: first(file),
      labels: file.labels,
    })
    return [{ name, pieces: jsonLines(files, line) }]
  },

  coco: (list) => [{ name: `annotations/instances_${list.part ?? 'all'}.json`, pieces: coco(list) }],

  jsonl: ({ files, part }) => {
    const line = (file: ListRequest['files'][number]) => ({
      file_name: file.fileName,
      label: first(file),
      labels: file.labels,
      source: file.source,
      score: file.score,
    })
    return [{ name: `${part ?? 'labels'}.jsonl`, pieces: jsonLines(files, line) }]
  },

  kaggle: ({ files, part }) => [
    {
      name: `${part ?? 'labels'}.csv`,
      pieces: table(['id', 'label'], files, (file) => [file.fileName, first(file)]),
    },
  ],

  timm: ({ files, part }) => [
    {
      name: `${part ?? 'labels'}.csv`,
      pieces: table(['filename', 'label'], files, (file) => [file.fileName, first(file)]),
    },
  ],
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
  for (const [at, { partName, widthPx, heightPx }] of files.entries()) {
    const image = { id: at + 1, file_name: partName, width: widthPx, height: heightPx }
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
