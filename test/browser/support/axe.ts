// What axe-core finds on a page, in both themes: WCAG 2.2 A and AA, and good practice.
import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { expect, type Page } from '@playwright/test'

interface Violation {
  readonly id: string
  readonly help: string
  readonly nodes: readonly { readonly html: string; readonly failureSummary?: string }[]
}

/** The one rule of WCAG 2.2 AA that axe leaves out unless it is asked for. */
const options = "{ rules: { 'target-size': { enabled: true } } }"

const axeFile = createRequire(import.meta.url).resolve('axe-core/axe.min.js')

/** Fails with what is wrong and where. The page keeps the theme that it had. */
export async function expectAccessible(page: Page): Promise<void> {
  // Past the content security policy, which lets no script in: the debugger is not bound by it.
  await page.evaluate(await readFile(axeFile, 'utf8'))
  for (const theme of ['light', 'dark']) {
    const before = await page.evaluate((scheme) => {
      const { style } = document.documentElement
      const own = style.colorScheme
      style.colorScheme = scheme
      return own
    }, theme)
    // Colours that are still on their way are no colours of the theme.
    await page.evaluate(() =>
      Promise.allSettled(document.getAnimations().map((animation) => animation.finished)),
    )
    const found = await page.evaluate<Violation[]>(
      `axe.run(document, ${options}).then(({ violations }) => violations)`,
    )
    await page.evaluate((own) => {
      document.documentElement.style.colorScheme = own
    }, before)
    const described = found.flatMap(({ id, help, nodes }) =>
      nodes.map(({ html, failureSummary }) => `${id}: ${help}\n${html}\n${failureSummary ?? ''}`),
    )
    expect(described, `accessibility, ${theme}`).toEqual([])
  }
}
