// What makes a screen look unfinished, found in the page as it is drawn.
import type { Page } from '@playwright/test'

/** Sent to the page whole. Each fault in words: what is wrong, and of which element. */
function faultsOfPage(): string[] {
  const faults: string[] = []
  const top = [...document.querySelectorAll('dialog[open]')].at(-1) ?? document.body
  const all = [...top.querySelectorAll<HTMLElement>('*')].filter((element) =>
    element.checkVisibility({ opacityProperty: true, visibilityProperty: true }),
  )
  const nameOf = (element: HTMLElement) => {
    const text = element.getAttribute('aria-label') ?? element.innerText
    return `${element.tagName.toLowerCase()}.${element.classList[0] ?? ''} “${text.trim().slice(0, 40)}”`
  }
  const isUnseen = (element: Element) =>
    element.closest('.visually-hidden, [inert], [aria-hidden="true"]') !== null
  const scrolls = (element: Element, axis: 'x' | 'y') => {
    const style = getComputedStyle(element)
    return axis === 'x'
      ? /auto|scroll/.test(style.overflowX) && element.scrollWidth > element.clientWidth + 1
      : /auto|scroll/.test(style.overflowY) && element.scrollHeight > element.clientHeight + 1
  }
  const isWithin = (element: Element, test: (ancestor: Element) => boolean) => {
    for (let at = element.parentElement; at !== null; at = at.parentElement) if (test(at)) return true
    return false
  }
  for (const element of all) {
    if (isUnseen(element)) continue
    const style = getComputedStyle(element)
    const box = element.getBoundingClientRect()
    if (box.width === 0 || box.height === 0) continue
    if (element.matches('button, select, input, summary, [role="tab"], [role="option"], [role="menuitem"]')) {
      const { width, height } = (element.closest('label') ?? element).getBoundingClientRect()
      // Half a pixel is lost where a window is zoomed.
      if (width < 23.5 || height < 23.5)
        faults.push(`target of ${Math.round(width)} × ${Math.round(height)} px: ${nameOf(element)}`)
      if ((box.right > innerWidth + 1 || box.left < -1) && !isWithin(element, (one) => scrolls(one, 'x')))
        faults.push(`outside of the window: ${nameOf(element)}`)
    }
    const isText = [...element.childNodes].some(
      (node) => node.nodeType === Node.TEXT_NODE && node.textContent?.trim() !== '',
    )
    if (isText && /\{\{|undefined|NaN|\[object/.test(element.textContent))
      faults.push(`a gap in a text: ${nameOf(element)}`)
    const isCut = element.scrollWidth > element.clientWidth + 1 && /hidden|clip/.test(style.overflowX)
    if (isText && isCut && style.textOverflow !== 'ellipsis') faults.push(`cut off: ${nameOf(element)}`)
    if (scrolls(element, 'y') && isWithin(element, (one) => scrolls(one, 'y')))
      faults.push(`a scroll bar within another: ${nameOf(element)}`)
  }
  return faults
}

/** In the uppermost dialog, or on the screen: targets below 24 px (WCAG 2.2), what is cut off or outside, gaps in texts. */
export const faultsOf = (page: Page): Promise<string[]> => page.evaluate(faultsOfPage)
