// How the contract works: each call of the core is declared once, as a pair of zod schemas; types are inferred on both
// sides.
import { z } from 'zod'

/** One call: what goes in and what comes out. Both are parsed at the boundary. */
export interface Procedure<I extends z.ZodType = z.ZodType, O extends z.ZodType = z.ZodType> {
  readonly input: I
  readonly output: O
}

/** Calls grouped by the noun they are about: `contract.jobs.start`. */
export type Contract = Readonly<Record<string, Readonly<Record<string, Procedure>>>>

/** The input or output of a call that has none. */
export const emptyObject = z.object({})

/** Declares a call. */
export const rpc = <I extends z.ZodType, O extends z.ZodType>(input: I, output: O): Procedure<I, O> => ({
  input,
  output,
})

/** The client of a contract: `client.jobs.start({ ... })`. */
export type Client<C extends Contract> = {
  readonly [G in keyof C]: {
    readonly [M in keyof C[G]]: (input: z.input<C[G][M]['input']>) => Promise<z.output<C[G][M]['output']>>
  }
}

/** The handlers of a contract; a missing or misspelt call does not compile. */
export type Handlers<C extends Contract> = {
  readonly [G in keyof C]: {
    readonly [M in keyof C[G]]: (
      input: z.output<C[G][M]['input']>,
    ) => Promise<z.input<C[G][M]['output']>> | z.input<C[G][M]['output']>
  }
}
