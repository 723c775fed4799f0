// Stands where Electron's own default app would: loads the app whose folder is the first argument.
import { readFileSync } from 'node:fs'
import path from 'node:path'
import { pathToFileURL } from 'node:url'
import { app } from 'electron'

const folder = path.resolve(process.argv.slice(1).find((argument) => !argument.startsWith('-')) ?? '.')
const { name, version, main } = JSON.parse(readFileSync(path.join(folder, 'package.json'), 'utf8'))
process.defaultApp = true
app.setName(name)
app.setVersion(version)
app.setAppPath(folder)
// A file of the data folder that a test must run before the app, for example to answer its first dialog.
const first = process.env.LABELROOM_TEST_FIRST
if (first !== undefined) await import(pathToFileURL(path.resolve(process.env.LABELROOM_HOME, first)).href)
await import(pathToFileURL(path.join(folder, main)).href)
