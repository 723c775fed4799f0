// How Svelte compiles the renderer: runes only, warnings are errors.
export default {
  compilerOptions: { runes: true },
  onwarn(warning) {
    throw new Error(`${warning.filename ?? ''}: ${warning.message} (${warning.code})`)
  },
}
