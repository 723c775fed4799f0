// Where the machine's power comes from, as the host tells: jobs wait while it comes from a battery.
import type { Message } from '../../contract/message.ts'
import { msg } from '../../texts/message.ts'

/** Hosts that do not know it have none: on the command line and in the browser, whoever starts a job is there. */
export interface Power {
  readonly isOnBattery: () => boolean
  /** Calls the listener after each change; returns how to stop that. */
  readonly onChange: (listener: () => void) => () => void
}

/** Why a job is paused that goes on by itself. */
export const onBattery: Message = msg('on battery')

export const isOnBattery = (reason: Message | null): boolean => reason?.template === onBattery.template
