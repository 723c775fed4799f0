// Builds the blocks in which programs keep keywords: XMP packets and IPTC records.

const namespaces = {
  dc: 'http://purl.org/dc/elements/1.1/',
  lr: 'http://ns.adobe.com/lightroom/1.0/',
  digiKam: 'http://www.digikam.org/ns/1.0/',
  MicrosoftPhoto: 'http://ns.microsoft.com/photo/1.0/',
  xmp: 'http://ns.adobe.com/xap/1.0/',
  xmpNote: 'http://ns.adobe.com/xmp/note/',
  GCamera: 'http://ns.google.com/photos/1.0/camera/',
}

/** A list property; its items are put in as they are. */
export const list = (name: string, kind: 'Bag' | 'Seq', ...items: readonly string[]): string =>
  `<${name}><rdf:${kind}>${items.map((item) => `<rdf:li>${item}</rdf:li>`).join('')}</rdf:${kind}></${name}>`

/** A packet with these properties. */
export const xmpPacket = (...properties: readonly string[]): Buffer =>
  Buffer.from(`<?xpacket begin="\uFEFF" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<rdf:Description rdf:about="" ${Object.entries(namespaces)
    .map(([prefix, uri]) => `xmlns:${prefix}="${uri}"`)
    .join(' ')}>
${properties.join('\n')}
</rdf:Description></rdf:RDF></x:xmpmeta>
<?xpacket end="w"?>`)

/** Keywords as IPTC records, with or without the note that they are in UTF-8. */
export function iptcRecords(isUtf8: boolean, ...keywords: readonly Buffer[]): Buffer {
  const record = (number: number, dataset: number, value: Buffer) =>
    Buffer.concat([Buffer.from([0x1c, number, dataset, value.length >> 8, value.length & 255]), value])
  return Buffer.concat([
    ...(isUtf8 ? [record(1, 90, Buffer.from('\u001b%G', 'latin1'))] : []),
    ...keywords.map((keyword) => record(2, 25, keyword)),
  ])
}
