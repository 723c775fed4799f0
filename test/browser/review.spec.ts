// The review by keyboard: judging, digits, several labels, orders, and what is there after a restart.
import { copyFile } from 'node:fs/promises'
import path from 'node:path'
import { writePhoto } from '../helpers/photos.ts'
import { expect, test } from './fixtures.ts'
import { expectAccessible } from './support/axe.ts'
import { cards, openReview, progress, saved } from './support/review.ts'
import { openScreen } from './support/screens.ts'

test('ten photos are reviewed by keyboard alone, and all of it is there after a restart', async ({ app }) => {
  const suggestions = await openReview(app, 12)
  const { page } = app
  const steps: { press: string[]; label: string | null }[] = [
    ...[0, 1, 2, 3].map((at) => ({ press: ['Enter'], label: suggestions[at]?.[0] ?? '' })),
    { press: ['2'], label: suggestions[4]?.[1] ?? '' },
    { press: ['ArrowDown', 'ArrowDown', 'Enter'], label: suggestions[5]?.[2] ?? '' },
    { press: ['/', 'z', 'e', 'b', 'r', 'a', 'Enter'], label: 'zebra' },
    { press: ['0'], label: null },
    { press: ['Enter'], label: suggestions[8]?.[0] ?? '' },
    { press: ['3'], label: suggestions[9]?.[2] ?? '' },
  ]
  for (const [at, { press }] of steps.entries()) {
    await expect(progress(page)).toContainText(`${at + 1} of 12`)
    for (const key of press) await page.keyboard.press(key)
  }
  await expect(progress(page)).toContainText('11 of 12')
  await expect(progress(page)).toContainText('9 confirmed · 1 rejected')
  expect((await saved(app)).slice(0, 10)).toEqual(steps.map(({ label }) => (label === null ? [] : [label])))
  await expectAccessible(page)

  await page.keyboard.press('ControlOrMeta+z')
  await expect(progress(page)).toContainText('10 of 12')
  await page.keyboard.press('ControlOrMeta+z')
  await expect(progress(page)).toContainText('9 of 12')
  await expect(progress(page)).toContainText('7 confirmed · 1 rejected')
  await page.keyboard.press('ControlOrMeta+Shift+z')
  await expect(progress(page)).toContainText('8 confirmed · 1 rejected')
  await page.keyboard.press('ControlOrMeta+z')
  await expect(progress(page)).toContainText('7 confirmed · 1 rejected')

  await app.restart()
  const kept = steps.map(({ label }, at) => (label === null || at > 7 ? [] : [label]))
  expect((await saved(app)).slice(0, 10)).toEqual(kept)
  expect(await app.client.browse.counts({ filter: {} })).toMatchObject({
    confirmed: 7,
    rejected: 1,
    suggested: 4,
  })
  // The history is kept too: one more step back.
  await openScreen(app.page, 'Review')
  await app.page.keyboard.press('ControlOrMeta+z')
  await expect.poll(async () => (await app.client.browse.counts({ filter: {} })).rejected).toBe(0)
})

test('a pin in the list gives a label a digit of its own', async ({ app }) => {
  const [first = []] = await openReview(app, 3)
  const name = first[0] ?? ''
  await app.page.getByRole('button', { name: `Pin ${name}`, exact: true }).click()
  await expect(app.page.getByRole('list', { name: 'Pinned' })).toContainText(name)
  await expect.poll(async () => (await app.client.settings.get({})).pinnedLabels).toEqual([name])
})

test('a label that was pinned in another spelling is one of its own, and its digit confirms it', async ({
  app,
}) => {
  const [first = []] = await openReview(app, 3)
  const name = first[0] ?? ''
  const { page } = app
  await app.client.settings.set({ pinnedLabels: [name.toUpperCase()] })
  await expect(page.getByRole('button', { name: `Unpin ${name}`, exact: true }).first()).toBeVisible()
  await page.keyboard.press('9')
  await expect.poll(() => saved(app)).toEqual([[name], [], []])
  await page
    .getByRole('button', { name: `Unpin ${name}`, exact: true })
    .first()
    .click()
  await expect.poll(async () => (await app.client.settings.get({})).pinnedLabels).toEqual([])
})

test('with several labels a photo digits switch them on and off, and Backspace clears all', async ({
  app,
}) => {
  const [first = []] = await openReview(app, 3)
  const { page } = app
  await page.getByRole('button', { name: 'Several' }).click()
  const row = (at: number) => page.getByRole('button', { name: first[at] ?? '', exact: false, pressed: true })
  await page.keyboard.press('1')
  await expect(row(0)).toBeVisible()
  await page.keyboard.press('3')
  await expect(row(2)).toBeVisible()
  await page.keyboard.press('1')
  await expect(row(0)).toBeHidden()
  await page.keyboard.press('2')
  await expect(row(1)).toBeVisible()
  expect((await saved(app))[0]?.toSorted()).toEqual([first[1], first[2]].toSorted())
  await page.keyboard.press('Enter')
  await expect(progress(page)).toContainText('2 of 3')
  await page.keyboard.press('ArrowLeft')
  await page.keyboard.press('Backspace')
  await expect.poll(async () => (await saved(app))[0]).toEqual([])
  expect((await app.client.settings.get({})).labelMode).toBe('multi')
})

test('without auto-advance the photo stays, even after a restart, and PageDown goes to the next unreviewed one', async ({
  app,
}) => {
  await openReview(app, 5)
  await app.page.getByRole('checkbox', { name: 'Go to next automatically' }).uncheck()
  await app.page.keyboard.press('Enter')
  await expect(app.page.getByRole('button', { pressed: true }).filter({ hasText: '%' })).toHaveCount(1)
  await expect(progress(app.page)).toContainText('1 of 5')
  await app.restart()
  const { page } = app
  await openScreen(page, 'Review')
  await expect(page.getByRole('checkbox', { name: 'Go to next automatically' })).not.toBeChecked()
  await page.getByRole('checkbox', { name: 'Include reviewed' }).check()
  await expect(progress(page)).toContainText('1 of 5')
  await page.keyboard.press('ArrowRight')
  await page.keyboard.press('Enter')
  await page.keyboard.press('ArrowLeft')
  await expect(progress(page)).toContainText('1 of 5')
  await page.keyboard.press('PageDown')
  await expect(progress(page)).toContainText('3 of 5')
})

test('the list stays as it was opened, done photos are marked, and the end sums up', async ({ app }) => {
  await openReview(app, 3)
  const { page } = app
  await page.keyboard.press('Enter')
  await expect(progress(page)).toContainText('2 of 3')
  const strip = page.getByRole('navigation', { name: 'Neighbouring photos' })
  await expect(strip.getByRole('button')).toHaveCount(3)
  await expect(strip.getByLabel('Confirmed')).toHaveCount(1)
  // Another screen in between changes nothing.
  await page.keyboard.press('ControlOrMeta+,')
  await page.keyboard.press('ControlOrMeta+2')
  await expect(progress(page)).toContainText('2 of 3')
  await page.keyboard.press('Delete')
  await expect(strip.getByLabel('Rejected')).toHaveCount(1)
  await page.keyboard.press('Enter')
  await expect(page.getByText('All reviewed')).toBeVisible()
  await expect(page.getByText('2 confirmed, 1 rejected, of 3 photos.')).toBeVisible()
  await expectAccessible(page)
  await page.getByRole('button', { name: 'Train on my labels' }).click()
  await expect(page.getByRole('button', { name: 'Learn' })).toHaveAttribute('aria-current', 'page')
})

test('the end of a list with photos that were passed says so and offers them first', async ({ app }) => {
  await openReview(app, 3)
  const { page } = app
  for (const key of ['Enter', 'ArrowRight', 'Enter']) await page.keyboard.press(key)
  await expect(page.getByRole('heading', { name: 'End of the list' })).toBeVisible()
  await expect(page.getByText('2 confirmed, 0 rejected, of 3 photos.')).toBeVisible()
  await page.getByRole('button', { name: 'Review what is still open' }).click()
  await expect(progress(page)).toContainText('1 of 1')
  await page.keyboard.press('Enter')
  await expect(page.getByRole('heading', { name: 'All reviewed' })).toBeVisible()
  await expect(page.getByRole('button', { name: 'Review what is still open' })).toHaveCount(0)
})

test('the list stays after the core dropped its view, and PageDown finds the next unreviewed photo far away', async ({
  app,
}) => {
  const { page } = app
  const folder = path.join(app.folder, 'holiday')
  const name = (number: number) => path.join(folder, `${100 + number}.jpg`)
  for (let number = 0; number < 60; number++) await writePhoto(name(number), number)
  // Two files of one photo have two places.
  await copyFile(name(0), name(60))
  await app.client.library.scan({ folders: [folder] })
  await openScreen(page, 'Review')
  await expect(progress(page)).toContainText('1 of 61')
  for (let other = 0; other < 20; other++) await app.client.browse.open({ filter: {}, sort: {} })
  const photoIds = (await cards(app)).flatMap(({ photoId }) => photoId ?? [])
  await app.client.labels.confirm({ photoIds: photoIds.slice(1, 55), name: 'sea' })
  const strip = page.getByRole('navigation', { name: 'Neighbouring photos' })
  await expect(strip.getByLabel('Confirmed')).not.toHaveCount(0)
  await page.keyboard.press('PageDown')
  await expect(progress(page)).toContainText('56 of 61')
  await expect(page.getByRole('img', { name: '155.jpg' })).toBeVisible()
})

test('photos labelled behind the review show that when the user goes back to them', async ({ app }) => {
  const { page } = app
  const folder = path.join(app.folder, 'holiday')
  for (let number = 0; number < 90; number++) await writePhoto(path.join(folder, `${number}.jpg`), number)
  await app.client.library.scan({ folders: [folder] })
  await openScreen(page, 'Review')
  for (let at = 1; at <= 85; at++) {
    await expect(progress(page)).toContainText(`${at} of 90`)
    await page.keyboard.press('ArrowRight')
  }
  const [first] = await cards(app)
  await app.client.labels.confirm({ photoIds: [first?.photoId ?? 0], name: 'sea' })
  for (let at = 85; at >= 1; at--) await page.keyboard.press('ArrowLeft')
  await expect(progress(page)).toContainText('1 of 90')
  await expect(page.getByRole('button', { name: 'sea', pressed: true })).toBeVisible()
})

test('the most uncertain photos can come first, and an order that fails shows the reason', async ({
  app,
}) => {
  await openReview(app, 9)
  const { page } = app
  const order = page.getByRole('combobox', { name: 'Order' })
  await order.selectOption('Most uncertain first')
  const { viewId } = await app.client.browse.open({ filter: {}, sort: { by: 'uncertainty' } })
  const [first] = await app.client.browse.window({ viewId, offset: 0, limit: 1 })
  await expect(page.getByRole('heading', { name: first?.name ?? '' })).toBeVisible()
  await order.selectOption('Most useful next')
  const [queued] = await app.client.review.queue({ limit: 500 })
  await expect(page.getByRole('heading', { name: queued?.path.split('/').at(-1) ?? '' })).toBeVisible()
  await order.selectOption('Likely wrong labels')
  await expect(page.getByText('The photos could not be listed')).toBeVisible()
  await page.getByRole('button', { name: 'Review as in the library' }).click()
  await expect(progress(page)).toContainText('1 of 9')
})

test('Enter keeps an own label that looks wrong, which is not asked about again, and 1 changes it', async ({
  app,
}) => {
  const folder = await app.photos('holiday', 30)
  const model = await app.addTinyModel()
  await app.label({ folders: [folder], model: model.name })
  const ids = (await cards(app)).flatMap(({ photoId }) => photoId ?? [])
  await app.client.labels.confirm({ photoIds: ids.slice(0, 10), name: 'sea' })
  await app.client.labels.confirm({ photoIds: ids.slice(10), name: 'wood' })
  const issues = () => app.client.review.labelIssues({ mode: 'single' })
  const [first, second, ...others] = await issues()
  if (first === undefined || !second?.likely) throw new Error('no label looks wrong')
  const { page } = app
  await openScreen(page, 'Review')
  await page.getByRole('combobox', { name: 'Order' }).selectOption('Likely wrong labels')
  await expect(progress(page)).toContainText('1 of')
  const own = page.getByRole('list', { name: 'Your labels' })
  await expect(own.getByRole('button', { name: first.given }).first()).toBeVisible()
  await expect(page.getByRole('button', { name: 'Keep mine' })).toBeVisible()
  await expectAccessible(page)
  await page.keyboard.press('Enter')
  await expect(progress(page)).toContainText('2 of')
  await expect(page.getByText(`“${first.given}” kept;`)).toBeVisible()
  // Undo takes back this, and not what was said before it.
  await page.keyboard.press('ControlOrMeta+z')
  await expect(page.getByText(`Undone: “${first.given}” kept on 1 photo`)).toBeVisible()
  await expect(progress(page)).toContainText('1 of')
  expect((await issues()).map(({ photoId }) => photoId)).toContain(first.photoId)
  await page.keyboard.press('ControlOrMeta+Shift+z')
  await expect(progress(page)).toContainText('1 of')
  expect((await issues()).map(({ photoId }) => photoId)).not.toContain(first.photoId)
  await page.keyboard.press('ArrowRight')
  await expect(progress(page)).toContainText('2 of')
  await page.keyboard.press('1')
  await expect(progress(page)).toContainText('3 of')
  const labels = async (photoId: number) =>
    (await cards(app))
      .find((card) => card.photoId === photoId)
      ?.labels.filter(({ state }) => state === 'confirmed')
  await expect.poll(() => labels(second.photoId)).toMatchObject([{ name: second.likely }])
  expect(await labels(first.photoId)).toMatchObject([{ name: first.given }])
  expect((await issues()).map(({ photoId }) => photoId)).not.toContain(first.photoId)
  expect(others.length).toBeGreaterThan(0)
})

test('the labels used last have keys, the strip shows what was decided, and Space enlarges the photo', async ({
  app,
}) => {
  await openReview(app, 6)
  const { page } = app
  await page.keyboard.type('zebra')
  await page.keyboard.press('Enter')
  await expect(progress(page)).toContainText('2 of 6')
  await expect(page.getByRole('navigation', { name: 'Neighbouring photos' })).toContainText('zebra')
  await expect(
    page.getByRole('list', { name: 'Recently used' }).getByRole('button', { name: 'zebra', exact: true }),
  ).toBeVisible()
  await page.keyboard.press('Shift+Digit1')
  await expect(progress(page)).toContainText('3 of 6')
  await expect.poll(async () => (await saved(app)).slice(0, 2)).toEqual([['zebra'], ['zebra']])
  const photo = page.locator('.stage .photo')
  const width = async () => (await photo.boundingBox())?.width ?? 0
  const before = await width()
  await page.keyboard.press('Space')
  await expect.poll(width).toBeGreaterThan(before * 1.5)
  await page.keyboard.press('ArrowRight')
  await expect.poll(width).toBeCloseTo(before, 0)
  await expect(page.getByRole('region', { name: 'Labels of this photo' })).toContainText('· part')
})
