// Whether the ring around what has the focus can be seen, and is not cut off by what it lies in.
import { expect, type Page } from '@playwright/test'

/** Goes through the page by Tab, until a control comes a second time, and fails with those whose ring is not seen whole. */
export async function expectWholeRings(page: Page, where: string): Promise<void> {
  const seen = new Set<string>()
  const faults: string[] = []
  for (let last = ''; ;) {
    await page.keyboard.press('Tab')
    const { name, fault } = await page.evaluate(ringOfFocus)
    // A field for a date has several stops.
    if (name === last) continue
    if (seen.has(name)) break
    last = name
    seen.add(name)
    if (fault !== null) faults.push(`${name}: ${fault}`)
  }
  expect(seen.size, where).toBeGreaterThan(5)
  expect(faults, where).toEqual([])
}

function ringOfFocus(): { name: string; fault: string | null } {
  const element = document.activeElement ?? document.body
  const { left, top, right, bottom } = element.getBoundingClientRect()
  const text = (element.getAttribute('aria-label') ?? element.textContent).trim().slice(0, 40)
  const name = `${element.tagName.toLowerCase()} “${text}” at ${Math.round(left)}, ${Math.round(top)}`
  // The grid shows it at the photo under the cursor, the viewer has it before anything is chosen.
  if (element === document.body || element.matches('[role="grid"], [role="dialog"]'))
    return { name, fault: null }
  const { outlineStyle, outlineWidth, outlineOffset } = getComputedStyle(element)
  if (outlineStyle === 'none') return { name, fault: 'there is none' }
  const reach = parseFloat(outlineWidth) + parseFloat(outlineOffset) - 0.6
  for (let at = element.parentElement; at !== null; at = at.parentElement) {
    if (getComputedStyle(at).overflowX === 'visible') continue
    const frame = at.getBoundingClientRect()
    const x = frame.left + at.clientLeft
    const y = frame.top + at.clientTop
    const isWhole =
      left - reach >= x &&
      top - reach >= y &&
      right + reach <= x + at.clientWidth &&
      bottom + reach <= y + at.clientHeight
    if (!isWhole) return { name, fault: 'it is cut off' }
  }
  return { name, fault: null }
}
