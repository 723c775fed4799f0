// Parses what the page consists of for ESLint, with types of one program that knows all components from the start.
//
// typescript-eslint reads a component as it lies on the disk and replaces it when it is linted by the TypeScript that
// svelte-eslint-parser makes of it: for each component the compiler began to check anew, which took two thirds of the time.
import { readFileSync } from 'node:fs'
import path from 'node:path'
import * as svelteParser from 'svelte-eslint-parser'
import ts from 'typescript'
import tseslint from 'typescript-eslint'
import svelteConfig from './svelte.config.js'

const configFile = path.join(import.meta.dirname, 'tsconfig.renderer.json')
const extension = { extension: '.svelte', isMixedContent: true, scriptKind: ts.ScriptKind.Deferred }

/** The TypeScript that a component or a file with runes is for the linter. */
function toTypeScript(filePath) {
  const options = { filePath, parser: tseslint.parser, svelteConfig, extraFileExtensions: ['.svelte'] }
  return svelteParser.parseForESLint(readFileSync(filePath, 'utf8'), options)._virtualScriptCode
}

function createProgram() {
  const { fileNames, options } = ts.getParsedCommandLineOfConfigFile(
    configFile,
    { allowNonTsExtensions: true },
    { ...ts.sys, onUnRecoverableConfigFileDiagnostic: () => undefined },
    undefined,
    undefined,
    [extension],
  )
  const host = ts.createCompilerHost(options, true)
  const { readFile } = host
  host.readFile = (file) => (/\.svelte(\.ts)?$/.test(file) ? toTypeScript(file) : readFile(file))
  host.getSourceFile = (file, version) => {
    const text = host.readFile(file)
    return text === undefined
      ? undefined
      : ts.createSourceFile(
          file,
          text,
          version,
          true,
          file.endsWith('.svelte') ? ts.ScriptKind.TS : undefined,
        )
  }
  return ts.createProgram(fileNames, options, host)
}

let program = null

/** As typescript-eslint's, which still does it for a file that an editor has changed since. */
function parseForESLint(code, options) {
  const { project, ...others } = options
  if (project === null || project === undefined) return tseslint.parser.parseForESLint(code, options)
  program ??= createProgram()
  const isKnown = program.getSourceFile(options.filePath)?.text === code
  return tseslint.parser.parseForESLint(code, isKnown ? { ...others, programs: [program] } : options)
}

export const rendererParser = { ...tseslint.parser, parseForESLint }
