// What of the viewer shows beside the photo; it stays so for the next photo and until the app is closed.
import { perApp } from '../../state/per-app.svelte.ts'

class ViewerLayout {
  hasPanel = $state(true)
}

export const viewerLayoutOf = perApp(() => new ViewerLayout())

/** Fills the screen with the app, of which the viewer then covers all. */
export async function toggleFullScreen(): Promise<void> {
  // Refused where the browser does not allow it; the viewer is as it was then.
  if (document.fullscreenElement === null)
    await document.documentElement.requestFullscreen().catch(() => undefined)
  else await document.exitFullscreen()
}
