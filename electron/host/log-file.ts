// The log file of a host: what helps to find out what went wrong, in a file that cannot grow without end.
import electronLog from 'electron-log/node'
import { makePrivate, privateFileMode } from '../common/private-files.ts'
import type { Log } from '../core/log.ts'

/** When the file is larger it becomes `labelroom.old.log`, and a new one begins. */
const maxBytes = 2e6

/** Also writes down what nobody caught. */
export function openLog(file: string): Log {
  const logger = electronLog.create({ logId: 'labelroom' })
  // Without a name, electron-log looks for a package.json above the working folder, and writes nothing where none is.
  logger.transports.file.setAppName('labelroom')
  logger.transports.file.resolvePathFn = () => file
  logger.transports.file.writeOptions = { flag: 'a', mode: privateFileMode, encoding: 'utf8' }
  logger.transports.file.maxSize = maxBytes
  logger.transports.console.level = false
  makePrivate(file)
  return (level, message) => {
    logger[level](message)
  }
}
