// Writes a sidecar that was not there, or nobody else wrote into: an XMP packet with keywords and stars alone, as digiKam, darktable and Lightroom read it.
import { chmod, link, realpath, rename, rm, stat } from 'node:fs/promises'
import { errorCode } from '../../common/errno.ts'
import { isSameStamp, stampOf, type FileStamp } from '../../common/file-stamp.ts'
import { writeFileAtomic } from '../../common/write-atomic.ts'
import { MessageError, msg } from '../../texts/message.ts'
import { assertWritable, changedMeanwhile } from './change-file.ts'
import { ratingTag, type FieldChanges } from './change.ts'

/** Each is synced, and waits for the drive's journal, which takes many files in at once as well as one. */
export const sidecarsInFlight = 32

const escapes: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;' }
// XML has no place for control characters.
// eslint-disable-next-line no-control-regex
const unwritable = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g
const escape = (text: string): string =>
  text.replace(unwritable, '').replace(/[&<>]/g, (sign) => escapes[sign] ?? sign)

/** The kinds of lists are those of the programs that made the fields up. */
const fields = [
  { tag: 'XMP-dc:Subject', name: 'dc:subject', kind: 'Bag' },
  { tag: 'XMP-lr:HierarchicalSubject', name: 'lr:hierarchicalSubject', kind: 'Bag' },
  { tag: 'XMP-digiKam:TagsList', name: 'digiKam:TagsList', kind: 'Seq' },
] as const

/** The text of a sidecar with the words and the stars that are to be added. */
export function sidecarText(changes: FieldChanges): string {
  const properties = fields.flatMap(({ tag, name, kind }) => {
    const words = changes[tag]?.add ?? []
    if (words.length === 0) return []
    const items = words.map((word) => `     <rdf:li>${escape(word)}</rdf:li>\n`).join('')
    return `   <${name}>\n    <rdf:${kind}>\n${items}    </rdf:${kind}>\n   </${name}>\n`
  })
  const [rating] = changes[ratingTag]?.add ?? []
  const ratingSpace = rating === undefined ? '' : '\n    xmlns:xmp="http://ns.adobe.com/xap/1.0/"'
  if (rating !== undefined) properties.push(`   <xmp:Rating>${escape(rating)}</xmp:Rating>\n`)
  return `<?xpacket begin="\uFEFF" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/" x:xmptk="Labelroom">
 <rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
  <rdf:Description rdf:about=""
    xmlns:dc="http://purl.org/dc/elements/1.1/"
    xmlns:lr="http://ns.adobe.com/lightroom/1.0/"
    xmlns:digiKam="http://www.digikam.org/ns/1.0/"${ratingSpace}>
${properties.join('')}  </rdf:Description>
 </rdf:RDF>
</x:xmpmeta>
<?xpacket end="w"?>
`
}

/**
 * Puts another text in the place of a sidecar that holds Labelroom's words alone; null removes it. Its permissions stay.
 * Fails with a MessageError where it is write-protected, or is not as in `stamp` any more.
 */
export async function replaceSidecar(path: string, text: string | null, stamp: FileStamp): Promise<void> {
  // A link stays a link.
  const target = await realpath(path)
  const before = await stat(target)
  assertWritable(before)
  const assertSame = async () => {
    if (!isSameStamp(stamp, stampOf(await stat(target)))) throw changedMeanwhile()
  }
  if (text === null) {
    await assertSame()
    return rm(path)
  }
  await writeFileAtomic(target, text, {
    place: async (temporary) => {
      await chmod(temporary, before.mode)
      await assertSame()
      await rename(temporary, target)
    },
  })
}

/** Fails where a file has this name by now. */
export async function writeNewSidecar(path: string, text: string): Promise<void> {
  await writeFileAtomic(path, text, {
    // Unlike a rename, a link never replaces; the temporary name is removed anyway.
    place: async (temporary, target) => {
      try {
        await link(temporary, target)
      } catch (error) {
        if (errorCode(error) === 'EEXIST')
          throw new MessageError(msg('Another program wrote this sidecar meanwhile; try again.'))
        // exFAT and many network drives have no hard links.
        await rename(temporary, target)
      }
    },
  })
}
