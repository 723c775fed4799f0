// How the panes of the sidebar share its height.
import path from 'node:path'
import { writePhoto } from '../helpers/photos.ts'
import { expect, test, type App } from './fixtures.ts'

/** More folders and labels than the sidebar has room for. */
async function fill(app: App): Promise<void> {
  const folder = path.join(app.folder, 'holiday')
  for (let at = 0; at < 40; at++) await writePhoto(path.join(folder, `day ${at % 20}`, `${at}.jpg`), at)
  await app.client.library.scan({ folders: [folder] })
  const ids = (await app.client.photos.list({ folder })).flatMap(({ photoId }) => photoId ?? [])
  for (const [at, id] of ids.entries())
    await app.client.labels.confirm({ photoIds: [id], name: `label ${at}` })
  // All labels are there before anything is measured.
  await app.page.reload()
  await expect(app.page.getByRole('treeitem', { name: 'label 0, 1' })).toBeVisible()
}

test('labels that do not fit have two fifths of the sidebar, and as much as the user gives them', async ({
  app,
}) => {
  const { page } = app
  await fill(app)
  const sidebar = page.getByRole('complementary', { name: 'Folders and labels' })
  const labels = sidebar.getByRole('region', { name: 'Labels' })
  const edge = page.getByRole('separator', { name: 'Height of the labels' })
  const share = async () =>
    ((await labels.boundingBox())?.height ?? 0) / ((await sidebar.boundingBox())?.height ?? 1)
  await expect.poll(share).toBeGreaterThanOrEqual(0.399)

  const before = Number(await edge.getAttribute('aria-valuenow'))
  await edge.press('ArrowUp')
  await expect(edge).toHaveAttribute('aria-valuenow', String(before + 16))
  await edge.hover()
  const at = await edge.boundingBox()
  await page.mouse.down()
  await page.mouse.move((at?.x ?? 0) + 20, (at?.y ?? 0) - 50)
  await page.mouse.up()
  await expect.poll(async () => Number(await edge.getAttribute('aria-valuenow'))).toBeGreaterThan(before + 60)
  const wanted = await share()
  await page.reload()
  await expect.poll(share).toBeCloseTo(wanted, 1)

  // No pane loses its head, however far the edge is dragged.
  await edge.hover()
  await page.mouse.down()
  await page.mouse.move(150, 5)
  await page.mouse.up()
  await expect(sidebar.getByRole('button', { name: 'Folders', exact: true })).toBeInViewport()
  expect(await sidebar.evaluate(({ scrollHeight, clientHeight }) => scrollHeight - clientHeight)).toBe(0)

  await edge.dblclick()
  await expect.poll(share).toBeCloseTo(before / 766, 1)
  // A pane that is closed gives its room to the others, and has no edge to move.
  await labels.getByRole('button', { name: 'Labels', exact: true }).click()
  await expect(edge).toBeHidden()
})
