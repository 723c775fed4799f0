// Messages as two columns: the template, and its values as JSON. See [Note: messages].
import { Message } from '../../../contract/message.ts'

/** Both are null where there is no message; a message without values, as libraries had before, has no JSON. */
export interface StoredMessage {
  readonly template: string | null
  readonly values: string | null
}

export function storeMessage(message: Message | null): StoredMessage {
  if (message === null) return { template: null, values: null }
  const { template, values } = message
  return { template, values: Object.keys(values).length === 0 ? null : JSON.stringify(values) }
}

export function readMessage({ template, values }: StoredMessage): Message | null {
  if (template === null) return null
  return Message.parse({ template, values: JSON.parse(values ?? '{}') as unknown })
}
