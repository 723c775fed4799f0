// Loads pictures into elements that are used again and again: a few at a time, and none that were scrolled past.

import { painted } from '../lists/painted.ts'

/**
 * A browser keeps six connections to a host. Pictures that have still to be made would hold all of them, and a click on
 * a filter would wait for pictures.
 */
const maxLoading = 3

// In the order in which they were asked for; what was scrolled past is taken out.
const waiting = new Set<() => void>()
let loading = 0
let isBeginning = false

function loadNext(): void {
  for (const begin of waiting) {
    if (loading >= maxLoading) return
    waiting.delete(begin)
    loading++
    begin()
  }
}

/** First the tiles are painted with what they say; a picture comes later than that anyway. */
async function beginOncePainted(): Promise<void> {
  if (isBeginning) return
  isBeginning = true
  await painted()
  isBeginning = false
  loadNext()
}

/**
 * For `{@attach}`: shows nothing until the picture is there, and never that of the photo before. `onShape` is called with
 * width / height of what came, `onFail` where none can be had.
 */
export const loadPicture =
  (url: string | null, onShape?: (ratio: number) => void, onFail?: () => void) =>
  (image: HTMLImageElement) => {
    const shape = () => {
      if (image.naturalHeight > 0) onShape?.(image.naturalWidth / image.naturalHeight)
    }
    // Another card of the same photo: its picture is there already.
    const isThere =
      url !== null && image.getAttribute('src') === url && image.complete && image.naturalWidth > 0
    // Without a picture an element would show the browser's sign for a broken image; the tile shows the reason as text.
    image.hidden = !isThere
    if (isThere) shape()
    if (url === null) image.removeAttribute('src')
    if (url === null || isThere) return undefined
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
      shape()
      end()
    }
    const fail = () => {
      onFail?.()
      end()
    }
    image.addEventListener('load', show)
    image.addEventListener('error', fail)
    waiting.add(begin)
    void beginOncePainted()
    return () => {
      image.removeEventListener('load', show)
      image.removeEventListener('error', fail)
      // Chromium keeps an element for ever whose source changes after it left the page.
      if (isLoading && image.isConnected) image.removeAttribute('src')
      waiting.delete(begin)
      end()
    }
  }
