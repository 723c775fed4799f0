// What a spec holds: the app's page, a client of the same core, and ways to prepare and restart.
import type { ElectronApplication, Page } from '@playwright/test'
import type { Job, JobRequest } from '../../../electron/contract/jobs.ts'
import type { Model } from '../../../electron/contract/models.ts'
import type { CoreClient } from '../../../electron/core/client.ts'
import type { TestRuntime } from '../../electron-runtime/runtime-cache.ts'

/** Which host a project runs the specs in. */
export interface HostOptions {
  readonly host:
    | { readonly kind: 'chromium'; readonly chromium: string }
    | { readonly kind: 'electron'; readonly runtime: TestRuntime }
}

export interface LaunchOptions {
  /** Holds the data folder and the library. */
  readonly home: string
  readonly libraryFile: string
  readonly env: Readonly<Record<string, string>>
}

/** A running host with its page. */
export interface RunningApp {
  readonly page: Page
  readonly client: CoreClient
  readonly electron: ElectronApplication | null
  /** `kill` ends it as a crash would (SIGKILL); otherwise as a user does. */
  stop(how: 'close' | 'kill'): Promise<void>
  /** What the next dialog of the system answers; the loopback host has none, and the app asks for paths itself. */
  answerDialog(path: string | null): Promise<void>
}

export interface App {
  /** The page as it is now; another object after `restart`. */
  readonly page: Page
  readonly client: CoreClient
  readonly kind: 'chromium' | 'electron'
  /** Electron's main process; null in Chromium. */
  readonly electron: ElectronApplication | null
  /** An empty folder of this test, gone afterwards. */
  readonly folder: string
  /** The data folder: `library.db`, `cache/`, `models/`. */
  readonly home: string
  readonly libraryFile: string
  /** Uncaught errors, warnings of Svelte, refusals of the content security policy; the test fails on those that it leaves here. */
  readonly mistakes: string[]
  /** Writes small photos, each another picture, into `folder/name`; returns the folder. */
  photos(name: string, count: number): Promise<string>
  /** A tiny ViT with the classes ant, bee, cat, dog, elk, fox, gnu, added to the library. */
  addTinyModel(name?: string): Promise<Model>
  /** Labels on the CPU, through the core, and waits for the end. */
  label(request: Partial<JobRequest> & Pick<JobRequest, 'model'>): Promise<Job>
  answerDialog(path: string | null): Promise<void>
  /** Ends the app and starts it again on the same library. */
  restart(how?: 'close' | 'kill'): Promise<void>
}
