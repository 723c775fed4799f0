// Which photos were on the screen: nobody can confirm a label for one that was never shown, or whose picture cannot be had.
import { SvelteSet } from 'svelte/reactivity'
import type { PhotoId } from '../../../../electron/contract/domain.ts'

/** The share of a picture that has to be within what can be seen. */
const threshold = 0.6

export class SeenPhotos {
  readonly #seen = new SvelteSet<PhotoId>()
  readonly #broken = new SvelteSet<PhotoId>()
  readonly #photos = new WeakMap<Element, PhotoId>()
  /** Pictures that are on the screen and not loaded yet. */
  readonly #coming = new WeakSet<Element>()
  readonly #observer = new IntersectionObserver(
    (entries) => {
      for (const { target, isIntersecting } of entries)
        this.#follow(target as HTMLImageElement, isIntersecting)
    },
    { threshold },
  )

  has(photoId: PhotoId): boolean {
    return this.#seen.has(photoId)
  }

  /** Whether its picture could not be had, as of a file that was damaged or taken away since a model saw it. */
  isBroken(photoId: PhotoId): boolean {
    return this.#broken.has(photoId)
  }

  /** For the picture of a photo: `{@attach seen.watch(photoId)}`. */
  watch(photoId: PhotoId): (picture: HTMLImageElement) => () => void {
    return (picture) => {
      const onError = () => this.#broken.add(photoId)
      const onLoad = () => {
        this.#broken.delete(photoId)
        if (this.#coming.has(picture)) this.#seen.add(photoId)
      }
      this.#photos.set(picture, photoId)
      this.#observer.observe(picture)
      picture.addEventListener('load', onLoad)
      picture.addEventListener('error', onError)
      return () => {
        this.#observer.unobserve(picture)
        picture.removeEventListener('load', onLoad)
        picture.removeEventListener('error', onError)
      }
    }
  }

  #follow(picture: HTMLImageElement, isVisible: boolean): void {
    const photoId = this.#photos.get(picture)
    if (!isVisible) this.#coming.delete(picture)
    else if (picture.complete && picture.naturalWidth > 0 && photoId !== undefined) this.#seen.add(photoId)
    else this.#coming.add(picture)
  }
}
