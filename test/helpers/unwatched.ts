// What long work is given besides its request, where nobody watches or stops it.

export const unwatched = () => ({
  signal: new AbortController().signal,
  onProgress: () => undefined,
})
