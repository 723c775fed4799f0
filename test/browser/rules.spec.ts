// Thresholds and names: the preview says what happens, and it can be taken back.
import type { App } from './fixtures.ts'
import { expect, test } from './fixtures.ts'
import { expectAccessible } from './support/axe.ts'
import { openScreen } from './support/screens.ts'

async function cards(app: App) {
  const { viewId, total } = await app.client.browse.open({ filter: {}, sort: {} })
  return app.client.browse.window({ viewId, offset: 0, limit: total })
}
const shown = async (app: App) =>
  (await cards(app)).map(({ labels }) => labels.map(({ name }) => name).join(', '))

async function openRules(app: App) {
  const folder = await app.photos('holiday', 24)
  const model = await app.addTinyModel()
  await app.label({ folders: [folder], model: model.name })
  await openScreen(app.page, 'Review')
  await app.page.getByRole('button', { name: 'Thresholds and names' }).click()
  return app.page.getByRole('dialog', { name: 'Thresholds and names' })
}

test('rules change what their preview showed, and one undo restores it', async ({ app }) => {
  const dialog = await openRules(app)
  const before = await shown(app)
  const scores = (await cards(app)).map(({ labels }) => labels[0]?.score ?? 0).toSorted((a, b) => a - b)
  // Between two photos, so that some keep their suggestion and some do not.
  const percent = Math.ceil((scores[12] ?? 0) * 100)
  await dialog.getByRole('spinbutton', { name: 'Minimum score for every label' }).fill(String(percent))
  await app.page.keyboard.press('Tab')
  const kept = scores.filter((score) => score >= percent / 100).length
  const effect = dialog.getByRole('status')
  await expect(effect).toContainText(`${kept} of 24 photos keep a suggestion`)
  await expectAccessible(app.page)
  await dialog.getByRole('button', { name: 'Apply' }).click()
  await expect(dialog).toBeHidden()
  await expect.poll(async () => (await app.client.browse.counts({ filter: {} })).suggested).toBe(kept)
  expect(await shown(app)).not.toEqual(before)
  await app.page.getByRole('status').getByRole('button', { name: 'Undo' }).click()
  await expect.poll(() => shown(app)).toEqual(before)
})

test('rules rename, merge and hide classes, and set a minimum for single labels', async ({ app }) => {
  const dialog = await openRules(app)
  await dialog.getByRole('searchbox', { name: 'Search classes and names' }).fill('bee')
  await dialog.getByRole('textbox', { name: 'Your name for bee', exact: true }).fill('animal / insect')
  await dialog.getByRole('searchbox').fill('ant')
  await dialog.getByRole('textbox', { name: 'Your name for ant', exact: true }).fill('animal/insect')
  await dialog.getByRole('searchbox').fill('')
  await dialog.getByRole('checkbox', { name: 'Hide cat', exact: true }).check()
  await dialog.getByRole('combobox', { name: 'Label with its own minimum' }).fill('dog')
  await dialog.getByRole('button', { name: 'Add' }).click()
  await dialog.getByRole('spinbutton', { name: 'Minimum score of dog' }).fill('99')
  await dialog.getByRole('button', { name: 'Apply' }).click()
  await expect(dialog).toBeHidden()
  expect(await app.client.rules.get({})).toEqual({
    minScore: 0,
    perLabel: [{ name: 'dog', minScore: 0.99 }],
    mapping: expect.arrayContaining([
      { from: 'bee', to: 'animal/insect' },
      { from: 'ant', to: 'animal/insect' },
      { from: 'cat', to: null },
    ]) as unknown,
  })
  const labels = new Set((await cards(app)).flatMap((card) => card.labels.map(({ name }) => name)))
  for (const gone of ['ant', 'bee', 'cat', 'dog']) expect(labels).not.toContain(gone)
  expect(labels).toContain('animal/insect')
})

test('classes are chosen by checkboxes, and merged under one name or hidden in one go', async ({ app }) => {
  const dialog = await openRules(app)
  const choose = (name: string) => dialog.getByRole('checkbox', { name: `Choose ${name}`, exact: true })
  for (const name of ['ant', 'bee', 'cat']) await choose(name).check()
  await choose('cat').uncheck()
  await expect(dialog.getByText('2 chosen')).toBeVisible()
  await expectAccessible(app.page)
  await dialog.getByRole('textbox', { name: 'One name for all that are chosen' }).fill('animal/insect')
  await app.page.keyboard.press('Enter')
  await expect(dialog.getByText('2 chosen')).toBeHidden()
  await expect(dialog.getByRole('textbox', { name: 'Your name for ant', exact: true })).toHaveValue(
    'animal/insect',
  )
  // Without another name they take the one that shows: that of the first.
  for (const name of ['cat', 'gnu']) await choose(name).check()
  await dialog.getByRole('button', { name: 'Merge as' }).click()
  await expect(dialog.getByRole('textbox', { name: 'Your name for gnu', exact: true })).toHaveValue('cat')
  await dialog.getByRole('searchbox').fill('gnu')
  await dialog.getByRole('checkbox', { name: 'Choose all classes shown' }).check()
  await dialog.getByRole('button', { name: 'Hide', exact: true }).click()
  await dialog.getByRole('button', { name: 'Apply' }).click()
  await expect(dialog).toBeHidden()
  expect((await app.client.rules.get({})).mapping).toEqual([
    { from: 'ant', to: 'animal/insect' },
    { from: 'bee', to: 'animal/insect' },
    { from: 'gnu', to: null },
  ])
})
