// What went wrong, for the user to read and to pass on: versions, the machine, and the end of the log. It is sent nowhere.
import os from 'node:os'
import { maxOwnFileBytes, readRegular } from '../common/open-file.ts'
import { componentVersions, productVersion } from './app-info.ts'
import { logFile, oldLogFile } from './data-folder.ts'

const maxLines = 400
const bytesPerGigabyte = 1e9

/** The user's name is in the path of the home folder, which means nothing to others. */
const withoutHome = (text: string): string =>
  [os.homedir(), os.homedir().replaceAll('\\', '/')].reduce((rest, home) => rest.replaceAll(home, '~'), text)

const readLog = async (file: string): Promise<string> =>
  readRegular(file, maxOwnFileBytes).then(String, () => '')

/** The text of the report. */
export async function makeReport(dataFolder: string): Promise<string> {
  const log = (await readLog(oldLogFile(dataFolder))) + (await readLog(logFile(dataFolder)))
  const facts = [
    ['Labelroom', productVersion],
    ...Object.entries(componentVersions()),
    ['System', `${os.type()} ${os.release()} ${process.arch}`],
    ['Processor', `${os.availableParallelism()} x ${os.cpus()[0]?.model.trim() ?? ''}`],
    ['Memory', `${(os.totalmem() / bytesPerGigabyte).toFixed(1)} GB`],
  ]
  const lines = log.trimEnd().split('\n').slice(-maxLines)
  return withoutHome([...facts.map(([name, value]) => `${name}: ${value}`), '', ...lines, ''].join('\n'))
}
