// A backup is restored in the window: the labels of then come back, what was there since is kept as a backup, and the app goes on.
import { expect, test, type App } from '../fixtures.ts'
import { openScreen } from '../support/screens.ts'

const confirmed = async (app: App) =>
  (await app.client.labels.list({})).flatMap(({ name, confirmed: photos }) => (photos > 0 ? [name] : []))

test('a backup brings the old labels back, and the page and the core go on with them', async ({ app }) => {
  const folder = await app.photos('holiday', 3)
  await app.client.library.scan({ folders: [folder] })
  const photoIds = (await app.client.photos.list({ folder })).flatMap(({ photoId }) => photoId ?? [])
  await app.client.labels.confirm({ photoIds, name: 'heron' })
  await openScreen(app.page, 'Settings')
  await app.page.getByRole('button', { name: 'Back up now' }).click()
  await expect.poll(async () => (await app.client.backups.list({})).length).toBe(1)
  await app.client.labels.clearAll({ photoIds })
  await app.client.labels.confirm({ photoIds, name: 'gull' })
  expect(await confirmed(app)).toEqual(['gull'])

  await app.page.getByRole('button', { name: /^Restore the backup of/ }).click()
  await app.page.getByRole('dialog').getByRole('button', { name: 'Restore', exact: true }).click()
  // The page is loaded again meanwhile, which ends calls of the old one.
  await expect(async () => {
    expect(await confirmed(app)).toEqual(['heron'])
  }).toPass()
  await expect(app.page.getByRole('navigation', { name: 'Screens' })).toBeVisible()
  await app.client.labels.confirm({ photoIds, name: 'tern' })
  expect((await app.client.backups.list({})).map(({ reason }) => reason)).toContain('restore')
  await app.restart()
  expect((await confirmed(app)).sort()).toEqual(['heron', 'tern'])
})
