// Draws how cost grows with a library: the numbers of million.ts as small charts with logarithmic axes, one SVG.
// usage: node test/bench/million-charts.ts docs/charts/million.json docs/charts/million.svg
import { readFileSync, writeFileSync } from 'node:fs'
import { scaleLog } from 'd3-scale'
import { line } from 'd3-shape'
import { MillionResults } from './million-results.ts'

const [jsonFile = '', svgFile = ''] = process.argv.slice(2)
const { loads, rows } = MillionResults.parse(JSON.parse(readFileSync(jsonFile, 'utf8')))

/** What is drawn, with what it should stay below at the largest size. */
const charts: readonly { readonly title: string; readonly what: string; readonly aim?: number }[] = [
  { title: 'Filter', what: 'filter, p95', aim: 150 },
  { title: 'Sort by date', what: 'sort by date, p95', aim: 150 },
  { title: 'Sort by score', what: 'sort by score, p95', aim: 150 },
  { title: 'Search', what: 'search, p95', aim: 150 },
  { title: 'Page of 200', what: 'page of 200, p95' },
  {
    title: 'Similar photos, later queries',
    what: 'similar, from the second query on, p95',
    aim: 300,
  },
  {
    title: 'First page',
    what: 'open to the first page',
  },
  { title: 'Scan of known files', what: 'scan of known files' },
  { title: 'Near-duplicates', what: 'near-duplicates' },
  { title: 'Map by UMAP', what: 'map by UMAP' },
  { title: 'CSV of all labels', what: 'export as labels.csv' },
  { title: 'Parquet with embeddings', what: 'export as embeddings.parquet' },
  { title: 'Merge of ten libraries', what: 'merge of 10 libraries' },
  { title: 'Memory, browse', what: 'most memory, browse', aim: 1500 },
  { title: 'Memory, similar photos', what: 'most memory, similar', aim: 1500 },
  { title: 'Memory, near-duplicates', what: 'most memory, near-duplicates', aim: 1500 },
  { title: 'Memory, map', what: 'most memory, map', aim: 1500 },
  { title: 'Memory, Parquet with embeddings', what: 'most memory, parquet-embeddings', aim: 1500 },
  { title: 'Memory, merge', what: 'most memory, merge', aim: 1500 },
]
const [columns, width, height] = [3, 260, 190]
const edges = { left: 56, right: 40, top: 34, bottom: 30 }
const sizes = [10_000, 100_000, 1_000_000]
const shortSizes = ['10 k', '100 k', '1 M']

function drawChart({ title, what, aim }: (typeof charts)[number], index: number): string {
  const row = rows[what]
  if (row === undefined) return ''
  const points = sizes.flatMap((size) => {
    const value = row.values[String(size)]
    return value === undefined ? [] : [{ size, value }]
  })
  const shown = [...points.map(({ value }) => value), ...(aim === undefined ? [] : [aim])]
  const x = scaleLog([sizes[0] ?? 1, sizes.at(-1) ?? 1], [edges.left, width - edges.right])
  const y = scaleLog([Math.min(...shown) / 1.6, Math.max(...shown) * 1.6], [height - edges.bottom, edges.top])
  const path = line<(typeof points)[number]>(
    ({ size }) => x(size),
    ({ value }) => y(value),
  )(points)
  const marks = points.map(
    ({ size, value }) =>
      `<circle cx="${x(size).toFixed(1)}" cy="${y(value).toFixed(1)}" r="3"/>` +
      `<text x="${x(size).toFixed(1)}" y="${(y(value) - 8).toFixed(1)}" text-anchor="middle">${value} ${row.unit}</text>`,
  )
  const labels = sizes.map(
    (size, at) =>
      `<text x="${x(size).toFixed(1)}" y="${height - 10}" text-anchor="middle" class="axis">${shortSizes[at] ?? ''}</text>`,
  )
  const aimLine =
    aim === undefined
      ? ''
      : `<path class="aim" d="M${edges.left} ${y(aim).toFixed(1)}H${width - edges.right}"/>` +
        `<text x="${edges.left - 4}" y="${(y(aim) + 4).toFixed(1)}" text-anchor="end" class="axis">${aim}</text>`
  const [left, top] = [(index % columns) * width, Math.floor(index / columns) * height]
  return `<g transform="translate(${left} ${top})">
<text x="${width / 2}" y="16" text-anchor="middle" class="title">${title}</text>
<path class="axis" d="M${edges.left} ${edges.top}V${height - edges.bottom}H${width - edges.right}"/>
${aimLine}<path class="line" d="${path ?? ''}"/>${marks.join('')}${labels.join('')}
</g>`
}

const all = [columns * width, Math.ceil(charts.length / columns) * height + 24] as const
const [least, most] = [Math.min(...loads), Math.max(...loads)]
const svg = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${all[0]} ${all[1]}" role="img" aria-label="Cost against the number of files in a library">
<style>text{font:11px sans-serif;fill:#333}.title{font-weight:600}.axis{fill:#666;stroke:none}path{fill:none;stroke:#999}path.axis{fill:none;stroke:#999}.line{stroke:#2563eb;stroke-width:2}.aim{stroke:#b45309;stroke-dasharray:4 3}circle{fill:#2563eb}rect{fill:#fff}</style>
<rect width="${all[0]}" height="${all[1]}"/>
${charts.map(drawChart).join('\n')}
<text x="8" y="${all[1] - 8}" class="axis">Files in the library, both axes logarithmic; dashed: the aim. Load of the two cores meanwhile: ${least} to ${most}.</text>
</svg>
`
writeFileSync(svgFile, svg)
