// The same library in two windows of the browser.
import { expect, test } from './fixtures.ts'

test('a message stops offering to undo what another window has followed by a change', async ({ app }) => {
  test.skip(app.kind === 'electron', 'has one window')
  const { page } = app
  await app.client.library.scan({ folders: [await app.photos('holiday', 3)] })
  await expect(page.getByRole('gridcell')).toHaveCount(3)
  const other = await page.context().newPage()
  await other.goto(page.url())
  const say = async (window: typeof page, number: number, name: string) => {
    await window.getByRole('gridcell').nth(number).click()
    await window.keyboard.press('t')
    await window.getByRole('combobox', { name: 'Choose or type a label' }).fill(name)
    await window.keyboard.press('Enter')
    await expect(window.getByText(`“${name}” added to 1 photo`)).toBeVisible()
  }
  const offerIn = (window: typeof page, side: string) =>
    window.getByRole('status').getByRole('button', { name: side, exact: true })
  await say(page, 0, 'beach')
  await say(other, 1, 'sea')
  await expect(offerIn(other, 'Undo')).toBeVisible()
  await expect(offerIn(page, 'Undo')).toBeHidden()
  // The keys take back what happened last, wherever that was, and say what it was.
  await page.keyboard.press('ControlOrMeta+z')
  await expect(page.getByText('Undone: label “sea” on 1 photo')).toBeVisible()
  await expect(offerIn(other, 'Undo')).toBeHidden()
  await expect(offerIn(page, 'Redo')).toBeVisible()
  await say(other, 2, 'harbour')
  await expect(offerIn(page, 'Redo')).toBeHidden()
  const labels = await app.client.labels.list({})
  expect(labels.filter(({ confirmed }) => confirmed > 0).map(({ name }) => name)).toEqual([
    'beach',
    'harbour',
  ])
})
