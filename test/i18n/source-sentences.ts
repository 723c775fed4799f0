// Finds in the source every sentence that the core, the workers, the hosts and the models may say to a person.
import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import ts from 'typescript'
import { catalogue } from '../../models/catalogue/catalogue.ts'

export interface SourceSentence {
  /** Places for values are `{{name}}`, named after the last name in their expression. */
  readonly text: string
  readonly place: string
}

/** Where such sentences are written; the command line itself speaks English, and the page has texts of its own. */
const folders = [
  'electron/contract',
  'electron/core',
  'electron/worker',
  'electron/host',
  'electron/main',
  'models',
  'renderer/src/transport',
]

/** Mistakes of ours, the log file, answers to programs that may not ask; lists of words, pieces of names, SQL. */
const silentCalls = new Set([
  ...['Error', 'RangeError', 'HttpError', 'log', 'options.log', 'this.#options.log'],
  ...[
    'words',
    'path.join',
    'hash.update',
    'utilityProcess.fork',
    'db.query',
    'db.command',
    'db.exec',
    'db.pragma',
  ],
])
/** Files whose texts programs read, or the log file holds. */
const silentFiles = [
  /^electron\/core\/store\/migrations\//,
  /^electron\/core\/log(-events)?\.ts$/,
  /^electron\/host\/http\/guard\.ts$/,
  /^electron\/host\/page\/security-headers\.ts$/,
]
/** Names, protocols, and words within files that are exported. */
const silentTexts = new Set([
  ...[
    'Bearer {{token}}',
    'bytes {{start}}-',
    'SQLite format 3\0',
    'model_id, precision, input_width_px, input_height_px',
  ],
  ...['system volume information', 'ONNX Runtime', 'Labelroom {{productVersion}}', 'navigation of a frame'],
  'Labels of whole images by Labelroom: each box is the whole image.',
  'no label reaches the minimum score',
  'There is no such page.',
])
/** SQL, calls, headers. */
const code =
  /\b(AS|SELECT|INSERT|UPDATE|DELETE|CREATE|WITH|FROM|WHERE|JOIN|FILTER|BETWEEN|CASE|EXISTS|PRAGMA)\b|\w ?= ?\S|\w\(|@\w|\n/

/** What the catalogue says of its models, and every sentence of the source below `root`, the folder of the checkout. */
export function sourceSentences(root: string): SourceSentence[] {
  const described = catalogue
    .flatMap(({ id, subject, accuracy }) =>
      [subject, accuracy?.dataset ?? ''].map((text) => ({ text, place: id })),
    )
    .filter(({ text }) => isProse(text))
  const written = folders.flatMap((folder) =>
    readdirSync(path.join(root, folder), { recursive: true, encoding: 'utf8' })
      .map((name) => `${folder}/${name.replaceAll('\\', '/')}`)
      .filter((file) => file.endsWith('.ts') && !silentFiles.some((pattern) => pattern.test(file)))
      .flatMap((file) => sentencesOf(file, readFileSync(path.join(root, file), 'utf8'))),
  )
  return [...described, ...written]
}

/** Every sentence in the text of one file. */
export function sentencesOf(file: string, text: string): SourceSentence[] {
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true)
  const found: SourceSentence[] = []
  const visit = (node: ts.Node) => {
    if (!isText(node)) {
      ts.forEachChild(node, visit)
      return
    }
    const sentence = templateOf(node)
    if (isProse(sentence) && !silentTexts.has(sentence) && !isSilent(node, file)) {
      const { line } = source.getLineAndCharacterOfPosition(node.getStart())
      found.push({ text: sentence, place: `${file}:${line + 1}` })
    }
    // Sentences within sentences.
    for (const value of valuesOf(node)) visit(value)
  }
  visit(source)
  return found
}

function isText(node: ts.Node): node is ts.Expression {
  if (ts.isParenthesizedExpression(node)) return isText(node.expression)
  return ts.isStringLiteralLike(node) || ts.isTemplateExpression(node) || isSum(node)
}

const isSum = (node: ts.Node): node is ts.BinaryExpression =>
  ts.isBinaryExpression(node) &&
  node.operatorToken.kind === ts.SyntaxKind.PlusToken &&
  (isText(node.left) || isText(node.right))

function templateOf(node: ts.Expression): string {
  if (ts.isParenthesizedExpression(node)) return templateOf(node.expression)
  if (ts.isStringLiteralLike(node)) return node.text
  if (isSum(node)) return templateOf(node.left) + templateOf(node.right)
  if (!ts.isTemplateExpression(node)) return placeholder(node)
  const spans = node.templateSpans.map(({ expression, literal }) => placeholder(expression) + literal.text)
  return node.head.text + spans.join('')
}

const placeholder = (expression: ts.Expression): string =>
  `{{${/([A-Za-z]+)\W*$/.exec(expression.getText())?.[1] ?? 'value'}}}`

function valuesOf(node: ts.Expression): ts.Expression[] {
  if (ts.isParenthesizedExpression(node)) return valuesOf(node.expression)
  if (isSum(node)) return [node.left, node.right].flatMap((side) => (isText(side) ? valuesOf(side) : [side]))
  return ts.isTemplateExpression(node) ? node.templateSpans.map(({ expression }) => expression) : []
}

/** Words with a space between them, and no code. */
function isProse(template: string): boolean {
  const text = template.replaceAll(/\{\{\w+\}\}/g, 'X')
  return /[a-z]{2}/.test(text) && /[A-Za-z0-9)'",;:.] [A-Za-z0-9('"[]/.test(text) && !code.test(text)
}

/** Whether the words are the type of something, or go where no person reads them. */
function isSilent(node: ts.Node, file: string): boolean {
  for (let at = node.parent; ; at = at.parent) {
    if (ts.isLiteralTypeNode(at) || ts.isImportDeclaration(at)) return true
    if (ts.isNewExpression(at) || ts.isCallExpression(at)) {
      const called = at.expression.getText()
      // The page shows what its own transport throws.
      return silentCalls.has(called) && !(called === 'Error' && file.startsWith('renderer/'))
    }
    if (ts.isStatement(at) || ts.isSourceFile(at)) return false
  }
}
