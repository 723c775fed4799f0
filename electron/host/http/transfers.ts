// Files on their way between the browser and the core: tables that the page uploaded, and exports that it downloads. They
// lie in a private folder of this host, a few at a time, and are gone when it ends.
import { randomUUID } from 'node:crypto'
import { open, realpath, rm } from 'node:fs/promises'
import type { IncomingMessage, ServerResponse } from 'node:http'
import path from 'node:path'
import { pipeline } from 'node:stream/promises'
import { isDiskFull } from '../../common/errno.ts'
import { libraryPath } from '../../common/library-path.ts'
import { makeFolder } from '../../common/make-folder.ts'
import { openRegular } from '../../common/open-file.ts'
import { privateFileMode, privateFolderMode } from '../../common/private-files.ts'
import { AppError } from '../../contract/errors.ts'
import { toSafeFileName } from '../../core/exports/safe-names.ts'
import { msg } from '../../texts/message.ts'
import { transfersFolder } from '../host-files.ts'
import { HttpError } from './body.ts'

/** Room for some five million rows. */
const maxUploadBytes = 2 ** 29
/** Of uploads and of downloads; the oldest is given up. */
const maxKept = 4

export interface Transfers {
  /** Stores the body of a request. Throws HttpError, and AppError where the disk is full. */
  receive(name: string, request: IncomingMessage): Promise<string>
  /** Returns the path of a file that an export may be written to, and that can be downloaded then. */
  offer(name: string): Promise<string>
  readonly isUpload: (file: string) => boolean
  readonly isDownload: (file: string) => boolean
  /** Sends the file of this address, or throws HttpError. */
  send(urlPath: string, response: ServerResponse): Promise<void>
  /** Replaces paths of these files in a reply: the user knows them by their names. */
  rename(json: string): string
  /** Removes all of them. */
  close(): Promise<void>
}

interface Transfer {
  readonly id: string
  readonly name: string
  /** Real path. */
  readonly file: string
}

export function createTransfers(dataFolder: string): Transfers {
  const own = path.join(transfersFolder(dataFolder), randomUUID())
  const uploads: Transfer[] = []
  const downloads: Transfer[] = []

  const add = async (kept: Transfer[], wanted: string): Promise<Transfer> => {
    const id = randomUUID()
    const name = toSafeFileName(path.basename(wanted))
    const folder = path.join(own, id)
    await makeFolder(folder, privateFolderMode)
    const transfer = { id, name, file: libraryPath(path.join(await realpath(folder), name)) }
    kept.push(transfer)
    for (const old of kept.splice(0, Math.max(0, kept.length - maxKept)))
      await rm(path.dirname(old.file), { recursive: true, force: true })
    return transfer
  }
  const has = (kept: readonly Transfer[], file: string) => kept.some((one) => one.file === libraryPath(file))

  return {
    async receive(name, request) {
      // A page of another origin would have to ask for leave before it sends this.
      if (request.headers['content-type'] !== 'application/octet-stream')
        throw new HttpError(415, 'Send application/octet-stream.')
      const { file } = await add(uploads, name)
      try {
        await using handle = await open(file, 'wx', privateFileMode)
        let sizeBytes = 0
        for await (const chunk of request as AsyncIterable<Buffer>) {
          sizeBytes += chunk.length
          if (sizeBytes > maxUploadBytes)
            throw new HttpError(413, `A table may have at most ${maxUploadBytes} bytes.`)
          await handle.appendFile(chunk)
        }
      } catch (error) {
        await rm(file, { force: true })
        if (!isDiskFull(error)) throw error
        throw new AppError(
          'disk-full',
          msg('The disk is full: {{file}} was not written. Free some space and try again.', { file }),
        )
      }
      return file
    },
    offer: async (name) => (await add(downloads, name)).file,
    isUpload: (file) => has(uploads, file),
    isDownload: (file) => has(downloads, file),
    async send(urlPath, response) {
      const found = downloads.find(({ id }) => urlPath === `/download/${id}`)
      const opened = found && (await openRegular(found.file).catch(() => null))
      if (!found || !opened) throw new HttpError(404, 'This file is gone. Export it again.')
      await using handle = opened.handle
      response.writeHead(200, {
        'content-type': 'application/octet-stream',
        'content-length': opened.stats.size,
        'content-disposition': `attachment; filename*=UTF-8''${encodeURIComponent(found.name)}`,
        'cache-control': 'no-store',
      })
      await pipeline(handle.createReadStream({ autoClose: false }), response)
    },
    rename: (json) =>
      [...uploads, ...downloads].reduce(
        (text, { file, name }) => text.replaceAll(inJson(file), inJson(name)),
        json,
      ),
    close: () => rm(own, { recursive: true, force: true }),
  }
}

const inJson = (text: string): string => JSON.stringify(text).slice(1, -1)
