// Tasks of Label Studio: confirmed labels as annotations, suggestions as predictions, by which it fills in the choices.
import type { DatasetFile } from './dataset-files.ts'

type NamedFile = DatasetFile & { readonly fileName: string }

/** The path as Label Studio's local storage serves it; the dataset is its document root. */
const imageUrl = (fileName: string): string =>
  `/data/local-files/?d=${fileName.split('/').map(encodeURIComponent).join('/')}`

function task({ fileName, labels, source, score }: NamedFile): unknown {
  const result = [{ from_name: 'choice', to_name: 'image', type: 'choices', value: { choices: labels } }]
  const data = { image: imageUrl(fileName) }
  return source === 'human'
    ? { data, annotations: [{ result }] }
    : { data, predictions: [{ model_version: 'labelroom', score: score ?? 0, result }] }
}

/** A list of tasks. */
export function* labelStudioTasks(files: readonly NamedFile[]): Generator<string> {
  yield '['
  for (const [at, file] of files.entries()) yield `${at === 0 ? '' : ','}\n${JSON.stringify(task(file))}`
  yield ']\n'
}

const escapeXml = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('"', '&quot;').replaceAll('<', '&lt;')

/** The labelling interface that fits the tasks. */
export const labelStudioConfig = (classes: readonly string[]): string =>
  [
    '<View>',
    '  <Image name="image" value="$image"/>',
    '  <Choices name="choice" toName="image" choice="multiple">',
    ...classes.map((name) => `    <Choice value="${escapeXml(name)}"/>`),
    '  </Choices>',
    '</View>',
    '',
  ].join('\n')
