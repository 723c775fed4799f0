// What is measured inside the page. Each function is sent there whole, so it uses nothing from outside itself.

/** Resolves with the time when the first photo of the grid was painted, in ms since 1970. */
export function whenFirstRowIsPainted(): Promise<number> {
  return new Promise((resolve) => {
    const look = () => {
      const cell = document.querySelector('[role="gridcell"][id]')
      // The frame that shows it ends before the second next one begins.
      if (cell === null) requestAnimationFrame(look)
      else
        requestAnimationFrame(() =>
          requestAnimationFrame(() => {
            resolve(Date.now())
          }),
        )
    }
    look()
  })
}

export interface Choice {
  /** What the user does: presses a button that begins with this text, chooses an order, or types into the search. */
  readonly what: 'press' | 'sort' | 'search'
  readonly value: string
}

/** Ms from the input to the frame in which the grid shows another list. */
export function timeToNewList(choice: Choice): Promise<number> {
  const shown = () => {
    const cells = [...document.querySelectorAll('[role="gridcell"]')]
    const first = cells.find((cell) => cell.getAttribute('data-index') === '0')
    const count = document.querySelector('[role="toolbar"] [role="status"]')?.textContent ?? ''
    return first?.id ? `${first.id} ${count.trim()}` : null
  }
  const before = shown()
  const startMs = performance.now()
  if (choice.what === 'press') {
    const button = [...document.querySelectorAll<HTMLElement>('aside button, aside [role="treeitem"]')].find(
      (element) =>
        (element.getAttribute('aria-label') ?? element.textContent).trim().startsWith(choice.value),
    )
    if (button === undefined) throw new Error(`There is nothing called ${choice.value}.`)
    button.click()
  } else if (choice.what === 'sort') {
    const select = document.querySelector<HTMLSelectElement>('header > select')
    if (select === null) throw new Error('There is no order.')
    select.value = choice.value
    select.dispatchEvent(new Event('change', { bubbles: true }))
  } else {
    const field = document.querySelector<HTMLInputElement>('header input[type="search"]')
    if (field === null) throw new Error('There is no search.')
    field.value = choice.value
    field.dispatchEvent(new Event('input', { bubbles: true }))
  }
  return new Promise((resolve, reject) => {
    const look = () => {
      const now = shown()
      if (now !== null && now !== before) {
        // The frame with the new list has been painted when the next one begins.
        requestAnimationFrame(() => {
          resolve(performance.now() - startMs)
        })
      } else if (performance.now() - startMs > 10_000) reject(new Error(`Nothing changed: ${choice.value}`))
      else requestAnimationFrame(look)
    }
    requestAnimationFrame(look)
  })
}

/** Ms from a key to the frame in which the review shows another photo, whole and not only its thumbnail. */
export function timeToNextPhoto(key: string): Promise<number> {
  const shown = () => {
    const picture = [...document.querySelectorAll<HTMLImageElement>('main img')].find(({ alt }) => alt !== '')
    // By its name as well: a copy of the photo before has the same picture.
    return picture?.complete === true && picture.naturalWidth > 0 ? `${picture.alt} ${picture.src}` : null
  }
  const before = shown()
  const startMs = performance.now()
  document.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true }))
  return new Promise((resolve, reject) => {
    const look = () => {
      const now = shown()
      if (now !== null && now !== before)
        requestAnimationFrame(() => {
          resolve(performance.now() - startMs)
        })
      else if (performance.now() - startMs > 10_000) reject(new Error('No other photo came.'))
      else requestAnimationFrame(look)
    }
    requestAnimationFrame(look)
  })
}

/** Begins to note the time between frames; `stopFrames` gives them. */
export function startFrames(): void {
  const times: number[] = []
  let last = performance.now()
  const note = (now: number) => {
    times.push(now - last)
    last = now
    if (recording.isRunning) requestAnimationFrame(note)
  }
  const recording = { isRunning: true, times }
  Object.assign(window, { recording })
  requestAnimationFrame((now) => {
    last = now
    requestAnimationFrame(note)
  })
}

export function stopFrames(): readonly number[] {
  const { recording } = window as unknown as { recording: { isRunning: boolean; times: number[] } }
  recording.isRunning = false
  return recording.times
}

/** How long the event loop let a task wait, sampled for so long. */
export function eventLoopDelays(durationMs: number): Promise<readonly number[]> {
  const everyMs = 10
  return new Promise((resolve) => {
    const delays: number[] = []
    const startMs = performance.now()
    const wait = () => {
      const expectedMs = performance.now() + everyMs
      setTimeout(() => {
        delays.push(Math.max(0, performance.now() - expectedMs))
        if (performance.now() - startMs < durationMs) wait()
        else resolve(delays)
      }, everyMs)
    }
    wait()
  })
}
