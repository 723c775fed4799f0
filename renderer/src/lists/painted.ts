// For what can wait until the user sees what has just changed.

/** A window that is hidden paints nothing. */
const longestMs = 500

/** Resolves once the page was painted with what has changed by now. */
export const painted = (): Promise<void> =>
  new Promise((resolve) => {
    setTimeout(resolve, longestMs)
    // The first task after a frame's callbacks comes when it was painted.
    requestAnimationFrame(() => setTimeout(resolve))
  })
