// Loads pictures into elements that are used again and again: a few at a time, and none that were scrolled past.

/**
 * A browser keeps six connections to a host. Pictures that have still to be made would hold all of them, and a click on
 * a filter would wait for pictures.
 */
const maxLoading = 3

// In the order in which they were asked for; what was scrolled past is taken out.
const waiting = new Set<() => void>()
let loading = 0

function loadNext(): void {
  for (const begin of waiting) {
    if (loading >= maxLoading) return
    waiting.delete(begin)
    loading++
    begin()
  }
}

/**
 * For `{@attach}`: shows nothing until the picture is there, and never that of the photo before. `onShape` is called with
 * width / height of what came.
 */
export const loadPicture =
  (url: string | null, onShape?: (ratio: number) => void) => (image: HTMLImageElement) => {
    // Without a picture an element would show the browser's sign for a broken image; the tile shows the reason as text.
    image.hidden = true
    if (url === null) return undefined
    let isLoading = false
    const begin = () => {
      isLoading = true
      image.src = url
    }
    const end = () => {
      if (!isLoading) return
      isLoading = false
      loading--
      loadNext()
    }
    const show = () => {
      image.hidden = false
      if (image.naturalHeight > 0) onShape?.(image.naturalWidth / image.naturalHeight)
      end()
    }
    image.addEventListener('load', show)
    image.addEventListener('error', end)
    waiting.add(begin)
    loadNext()
    return () => {
      image.removeEventListener('load', show)
      image.removeEventListener('error', end)
      // Chromium keeps an element for ever whose source changes after it left the page.
      if (image.isConnected) image.removeAttribute('src')
      waiting.delete(begin)
      end()
    }
  }
