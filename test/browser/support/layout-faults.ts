// What is wrong with the layout of a page, whatever it shows. The functions are sent there whole.
import { expect, type Page } from '@playwright/test'

/**
 * Fails with every text that is cut off or has a gap, control that cannot be reached, is too small to press or lies over
 * another one, and scroll bar within another. Of an open dialog only that is looked at.
 */
export async function expectSoundLayout(page: Page, where: string): Promise<void> {
  const faults = async () => [...(await page.evaluate(layoutFaults)), ...(await page.evaluate(sizeFaults))]
  // The last change may still be on its way to the screen.
  await expect.poll(faults, where).toEqual([])
}

/** Targets below 24 px (WCAG 2.2), scroll bars within scroll bars, and values that a text lacks. */
function sizeFaults(): string[] {
  const controls =
    'button, input, select, textarea, summary, [role="tab"], [role="option"], [role="menuitem"]'
  const nameOf = (element: Element) =>
    `${element.tagName.toLowerCase()} “${(element.getAttribute('aria-label') ?? element.textContent).trim().slice(0, 60)}”`
  const top = [...document.querySelectorAll('dialog[open]')].at(-1) ?? document.body
  const seen = [...top.querySelectorAll('*')].filter(
    (element) =>
      element.checkVisibility({ opacityProperty: true, visibilityProperty: true }) &&
      element.closest('.visually-hidden, [inert], [aria-hidden="true"]') === null &&
      element.getBoundingClientRect().width > 1,
  )
  const isSmall = (element: Element) => {
    const { width, height } = (element.closest('label') ?? element).getBoundingClientRect()
    // Half a pixel is lost where a window is zoomed.
    return Math.min(width, height) < 23.5
  }
  /** What lies over the page scrolls by itself. */
  const layers = '[popover], .floating'
  const scrolls = (element: Element) =>
    /auto|scroll/.test(getComputedStyle(element).overflowY) && element.scrollHeight > element.clientHeight + 1
  const scrollers = seen.filter(scrolls)
  const hasText = (element: Element) =>
    [...element.childNodes].some(
      (node) => node.nodeType === Node.TEXT_NODE && node.textContent?.trim() !== '',
    )
  return [
    ...seen
      .filter((element) => element.matches(controls) && isSmall(element))
      .map((element) => `${nameOf(element)} is smaller than 24 px`),
    ...scrollers
      .filter((element) => scrollers.some((other) => other !== element && other.contains(element)))
      .filter((element) => element.closest(layers) === null)
      .map((element) => `${nameOf(element)} has a scroll bar within another`),
    ...seen
      .filter((element) => hasText(element) && /\{\{|undefined|NaN|\[object/.test(element.textContent))
      .map((element) => `${nameOf(element)} lacks a value`),
  ]
}

function layoutFaults(): string[] {
  const controls = 'button, a[href], input, select, textarea, summary, [role="menuitem"], [role="option"]'
  const nameOf = (element: Element) =>
    `${element.tagName.toLowerCase()} “${(element.getAttribute('aria-label') ?? element.textContent).trim().slice(0, 60)}”`
  const isSeen = (element: Element) =>
    element.checkVisibility({ opacityProperty: true, visibilityProperty: true }) &&
    element.closest('.visually-hidden, [inert]') === null &&
    element.getBoundingClientRect().width > 1
  const isCutting = ({ overflowX }: CSSStyleDeclaration) => overflowX === 'hidden' || overflowX === 'clip'
  const endsWithDots = ({ textOverflow, webkitLineClamp }: CSSStyleDeclaration) =>
    textOverflow === 'ellipsis' || webkitLineClamp !== 'none'

  /** The box that it is cut to; null where it can be scrolled to, or may end with dots. */
  const cutTo = (element: Element): { left: number; right: number } | null => {
    const box = { left: 0, right: innerWidth }
    for (let at: Element | null = element; at !== null; at = at.parentElement) {
      const style = getComputedStyle(at)
      if (style.overflowX === 'auto' || style.overflowX === 'scroll' || endsWithDots(style)) return null
      if (isCutting(style) && at !== element) {
        const { left, right } = at.getBoundingClientRect()
        box.left = Math.max(box.left, left)
        box.right = Math.min(box.right, right)
      }
      // The window alone is around it.
      if (style.position === 'fixed') break
    }
    return box
  }
  const isOutside = (part: DOMRect, box: { left: number; right: number }) =>
    part.width > 1 && (part.left < box.left - 1 || part.right > box.right + 1)
  const boxesOfText = (element: Element) => {
    const range = document.createRange()
    return [...element.childNodes]
      .filter((node) => node.nodeType === Node.TEXT_NODE && node.textContent?.trim() !== '')
      .flatMap((node) => {
        range.selectNodeContents(node)
        return [...range.getClientRects()]
      })
  }

  const seen = [...document.body.querySelectorAll('*')].filter(isSeen)
  const cutTexts = seen.filter((element) => {
    const box = cutTo(element)
    return box !== null && boxesOfText(element).some((part) => isOutside(part, box))
  })
  const found = seen.filter((element) => element.matches(controls))
  const cutControls = found.filter((element) => {
    const box = cutTo(element)
    return box !== null && isOutside(element.getBoundingClientRect(), box)
  })
  const unnamed = found.filter(
    (element) =>
      element.matches('button:not([aria-hidden])') &&
      element.textContent.trim() === '' &&
      element.querySelector('svg') !== null &&
      element.closest('[title]') === null,
  )
  /** What lies over the page on purpose. */
  const layerOf = (element: Element): Element | null => {
    const isLayer =
      element.matches('[popover], .floating, dialog, [role="dialog"], .toasts') ||
      getComputedStyle(element).position === 'sticky'
    return isLayer || element.parentElement === null ? element : layerOf(element.parentElement)
  }
  /** What of it is on the screen: the rest is scrolled away. */
  const shownOf = (element: Element) => {
    let { left, top, right, bottom } = element.getBoundingClientRect()
    for (let at = element.parentElement; at !== null; at = at.parentElement) {
      if (getComputedStyle(at).overflowX === 'visible') continue
      const box = at.getBoundingClientRect()
      left = Math.max(left, box.left)
      top = Math.max(top, box.top)
      right = Math.min(right, box.right)
      bottom = Math.min(bottom, box.bottom)
    }
    return { left, top, right, bottom }
  }
  const shown = found.map((element) => ({ element, layer: layerOf(element), box: shownOf(element) }))
  const overlaps = shown.flatMap((one, at) =>
    shown
      .slice(at + 1)
      .filter(
        (other) =>
          one.layer === other.layer &&
          !one.element.contains(other.element) &&
          Math.min(one.box.right, other.box.right) - Math.max(one.box.left, other.box.left) > 2 &&
          Math.min(one.box.bottom, other.box.bottom) - Math.max(one.box.top, other.box.top) > 2,
      )
      .map((other) => `${nameOf(one.element)} and ${nameOf(other.element)} overlap`),
  )
  return [
    ...cutTexts.map((element) => `the text of ${nameOf(element)} is cut off`),
    ...cutControls.map((element) => `${nameOf(element)} is cut off`),
    ...unnamed.map((element) => `${nameOf(element)} has no title`),
    ...overlaps,
  ]
}
