// The module that the build makes of the installed packages; see build/vite-licences.ts.
declare module 'virtual:licences' {
  export const packages: readonly {
    readonly name: string
    readonly version: string
    readonly licence: string
    readonly text: string
  }[]
}
