// Extended attributes of a file (tags of the Finder, notes of Linux desktops, streams of NTFS), which ExifTool's copy lacks.
import { execFile } from 'node:child_process'
import { createReadStream, createWriteStream } from 'node:fs'
import { constants, copyFile, truncate, stat } from 'node:fs/promises'
import { pipeline } from 'node:stream/promises'
import { promisify } from 'node:util'
import { MessageError, msg } from '../../texts/message.ts'

const run = promisify(execFile)

/** Node copies no attributes on Linux and macOS, their own program does. */
const copyPrograms: Readonly<Partial<Record<NodeJS.Platform, readonly [file: string, ...args: string[]]>>> = {
  linux: ['cp', '--preserve=mode,xattr'],
  darwin: ['/bin/cp', '-p'],
}

/**
 * Makes `copy`, a name that is not there yet, a file with the attributes of `original` and the bytes of `content`.
 * Fails with a MessageError where they cannot be kept, for example because `cp` is that of BusyBox.
 */
export async function copyWithAttributes(original: string, content: string, copy: string): Promise<void> {
  const program = copyPrograms[process.platform]
  if (program === undefined) await copyFile(original, copy, constants.COPYFILE_EXCL)
  else {
    const [file, ...args] = program
    await run(file, [...args, '--', original, copy]).catch((error: unknown) => {
      throw new MessageError(
        msg(
          'Its extended attributes, such as tags of the file manager, could not be kept, so it was left as it is. Write to a sidecar instead.',
        ),
        { cause: error },
      )
    })
  }
  await pipeline(createReadStream(content), createWriteStream(copy, { flags: 'r+' }))
  await truncate(copy, (await stat(content)).size)
}
