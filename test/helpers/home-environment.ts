// The environment of a command whose data folder is the test's own.
import path from 'node:path'

/** What the runtime's telemetry left in the developer's cache before is not what a test is about. */
export const homeEnvironment = (home: string): Record<string, string> => ({
  LABELROOM_HOME: home,
  XDG_CACHE_HOME: path.join(home, 'no-cache'),
})
