// What the keywords of a file are, field by field as other programs write them.
import { expect, test } from 'vitest'
import { readMetadata } from '../../../electron/core/metadata/file-metadata.ts'
import { keywordNames } from '../../../electron/core/metadata/keywords.ts'
import { noBlocks } from '../../../electron/core/metadata/metadata-blocks.ts'
import { iptcRecords, list, xmpPacket } from '../../helpers/metadata-bytes.ts'

const namesIn = async (...properties: string[]) =>
  (await readMetadata({ xmp: xmpPacket(...properties), iptc: null }, null)).metadata.keywords

test('a tree of digiKam is one keyword, however many fields and flat words it is written in', async () => {
  const names = await namesIn(
    list('dc:subject', 'Bag', 'Cat', 'Animals', 'beach'),
    list('lr:hierarchicalSubject', 'Bag', 'Animals|Cat', 'beach'),
    list('digiKam:TagsList', 'Seq', 'Animals/Cat', 'beach'),
    list('MicrosoftPhoto:LastKeywordXMP', 'Bag', 'Animals/Cat', 'beach'),
  )
  expect(names.toSorted()).toEqual(['Animals/Cat', 'beach'])
})

test('Capture One’s flat words in lr:hierarchicalSubject alone are keywords, and ON1’s Seq is read', async () => {
  expect(await namesIn(list('lr:hierarchicalSubject', 'Bag', 'harbour', 'Places|Rome'))).toEqual([
    'Places/Rome',
    'harbour',
  ])
  expect(await namesIn(list('dc:subject', 'Seq', 'one', 'two'))).toEqual(['one', 'two'])
})

test('numbers stay texts, a comma does not part a keyword, and neither does a slash or a bar in a flat one', async () => {
  const names = await namesIn(list('dc:subject', 'Bag', '2024', 'Paris, France', 'b/w', 'a|b', '007'))
  expect(names).toEqual(['2024', 'Paris, France', 'b/w', 'a|b', '007'])
})

test('trees that darktable and digiKam keep for themselves are left out, with the flat words made of them', async () => {
  const names = await namesIn(
    list('dc:subject', 'Bag', 'darktable', 'format', 'jpg', 'owl'),
    list('lr:hierarchicalSubject', 'Bag', 'darktable|format|jpg', 'Birds|owl'),
    list('digiKam:TagsList', 'Seq', '_Digikam_Internal_Tags_/Color Label None'),
  )
  expect(names).toEqual(['Birds/owl'])
})

test('each level written as a tree of its own is still one keyword', () => {
  const tag = 'XMP-lr:HierarchicalSubject'
  expect(keywordNames({ [tag]: ['Animals', 'Animals|Cats', 'Animals|Cats|Tom'] })).toEqual([
    'Animals/Cats/Tom',
  ])
  expect(keywordNames({ [tag]: ['Family|Tom', 'Animals|Tom'] })).toEqual(['Family/Tom', 'Animals/Tom'])
})

test('IPTC is read in the character set that it declares, in UTF-8 or Latin without one', async () => {
  const read = async (records: Buffer) =>
    (await readMetadata({ ...noBlocks, iptc: records }, null)).metadata.keywords
  expect(await read(iptcRecords(true, Buffer.from('Zürich'), Buffer.from('猫')))).toEqual(['Zürich', '猫'])
  expect(await read(iptcRecords(false, Buffer.from('Zürich', 'latin1')))).toEqual(['Zürich'])
  expect(await read(iptcRecords(false, Buffer.from('Zürich')))).toEqual(['Zürich'])
})

test('a keyword that IPTC cut off at 64 bytes is the one that XMP has whole', async () => {
  const long = 'a keyword of more than sixty-four bytes, as people write them when nobody stops them'
  const { metadata } = await readMetadata(
    {
      xmp: xmpPacket(list('dc:subject', 'Bag', long)),
      iptc: iptcRecords(true, Buffer.from(long.slice(0, 64))),
    },
    null,
  )
  expect(metadata.keywords).toEqual([long])
})

test('rating, title, place and lens are read from elements and from attributes, whatever the prefixes', async () => {
  const packet = Buffer.from(`<?xpacket begin="\uFEFF" id="W5M0MpCehiHzreSzNTczkc9d"?>
    <x:xmpmeta xmlns:x="adobe:ns:meta/"><r:RDF xmlns:r="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
    <r:Description r:about="" xmlns:a="http://ns.adobe.com/xap/1.0/" xmlns:e="http://ns.adobe.com/exif/1.0/"
      xmlns:aux="http://ns.adobe.com/exif/1.0/aux/" xmlns:d="http://purl.org/dc/elements/1.1/"
      a:Rating="4" e:GPSLatitude="48,51.5N" e:GPSLongitude="2,17,40W" aux:Lens="50mm f/1.8">
      <d:title><r:Alt><r:li xml:lang="x-default">Café &amp; Öl</r:li></r:Alt></d:title>
      <e:DateTimeOriginal>2024-05-06T07:08:09.12+02:00</e:DateTimeOriginal>
    </r:Description></r:RDF></x:xmpmeta>${' '.repeat(200)}<?xpacket end="w"?>\0\0`)
  const { metadata } = await readMetadata({ xmp: packet, iptc: null }, null)
  expect(metadata).toEqual({
    keywords: [],
    isMotion: false,
    rating: 4,
    title: 'Café & Öl',
    latitude: 48 + 51.5 / 60,
    longitude: -(2 + 17 / 60 + 40 / 3600),
    camera: null,
    lens: '50mm f/1.8',
    takenAt: '2024-05-06T07:08:09+02:00',
  })
})

test('XML that is damaged, or that declares entities, says nothing and is known as damaged', async () => {
  const whole = xmpPacket(list('dc:subject', 'Bag', 'owl'))
  const bomb = `<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>${xmpPacket(list('dc:subject', 'Bag', '&b;')).toString()}`
  for (const xmp of [whole.subarray(0, whole.length - 40), Buffer.from(bomb), Buffer.from('no XML at all')])
    expect(await readMetadata({ xmp, iptc: null }, null)).toMatchObject({
      isDamaged: true,
      metadata: { keywords: [] },
    })
})
