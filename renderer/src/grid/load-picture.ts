// Loads a picture into an element that is used again and again, and gives up the one before.

/** For `{@attach}`: without the removal, the tile would show the old photo, and pictures flung past would be made. */
export const loadPicture = (url: string) => (image: HTMLImageElement) => {
  // A file that cannot be read has no picture; the tile says why in words.
  const hide = () => {
    image.hidden = true
  }
  image.hidden = false
  image.addEventListener('error', hide)
  image.src = url
  return () => {
    image.removeEventListener('error', hide)
    image.removeAttribute('src')
  }
}
