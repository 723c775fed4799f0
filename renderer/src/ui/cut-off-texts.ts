// Texts that end with three dots where there was no room for them: the pointer on one shows the whole of it.

/** Elements whose title is from here, and follows their text. */
const titled = new WeakSet<HTMLElement>()

/** Gives the text below the pointer a title where it is cut off and no title has all of it; for `pointerover`. */
export function showCutOff({ target }: Event): void {
  for (let at = target instanceof Element ? target : null; at !== null; at = at.parentElement) {
    if (at instanceof HTMLElement && canBeCutOff(at)) {
      setTitle(at)
      return
    }
    if (at.matches('button, li, [role]')) return
  }
}

function canBeCutOff(element: HTMLElement): boolean {
  const { textOverflow, webkitLineClamp } = getComputedStyle(element)
  return textOverflow === 'ellipsis' || webkitLineClamp !== 'none'
}

function setTitle(element: HTMLElement): void {
  if (titled.delete(element)) element.removeAttribute('title')
  const { scrollWidth, clientWidth, scrollHeight, clientHeight } = element
  if (scrollWidth <= clientWidth && scrollHeight <= clientHeight) return
  const text = element.textContent.trim()
  if (element.closest('[title]')?.getAttribute('title')?.includes(text) === true) return
  element.title = text
  titled.add(element)
}
