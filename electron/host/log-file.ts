// The log file of a host: what helps to find out what went wrong, in a file that cannot grow without end.
import electronLog from 'electron-log/node'
import type { Log } from '../core/log.ts'

/** When the file is larger it becomes `labelroom.old.log`, and a new one begins. */
const maxBytes = 2e6

export const logFile = (dataFolder: string): string => `${dataFolder}/labelroom.log`

/** Also writes down what nobody caught. */
export function openLog(file: string): Log {
  const logger = electronLog.create({ logId: 'labelroom' })
  logger.transports.file.resolvePathFn = () => file
  logger.transports.file.maxSize = maxBytes
  logger.transports.console.level = false
  return (level, message) => {
    logger[level](message)
  }
}
