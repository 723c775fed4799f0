// Messages for users as they cross every boundary. See [Note: messages].
import { z } from 'zod'
import type { Message as MessageOfTexts, MessageValue } from '../texts/message.ts'

const Value: z.ZodType<MessageValue> = z.lazy(() =>
  z.union([z.string(), z.number(), Message, z.array(Message).readonly()]),
)

/** A template of `electron/texts/` with its values, or words of others. */
export const Message: z.ZodType<MessageOfTexts> = z.object({
  template: z.string(),
  values: z.record(z.string(), Value),
})
export type Message = MessageOfTexts
