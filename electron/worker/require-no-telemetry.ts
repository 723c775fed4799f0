// Refuses to load the inference runtime into a process that was started without the variable that silences it.
import { runtimeEnvironment } from '../common/runtime-environment.ts'

for (const [name, value] of Object.entries(runtimeEnvironment))
  if (process.env[name] !== value)
    throw new Error(`The inference runtime is not loaded: this process was started without ${name}=${value}.`)
