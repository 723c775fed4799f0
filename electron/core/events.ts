// The events of the core, as an emitter typed by the contract.
import { createEmitter, type Emitter } from '../common/emitter.ts'
import type { CoreEvents } from '../contract/events.ts'

export type EventHub = Emitter<CoreEvents>

export const createEventHub = (): EventHub => createEmitter<CoreEvents>()
