// For scripts that load the inference runtime themselves: silences it. Import it before the runtime.
import { runtimeEnvironment } from '../../electron/common/runtime-environment.ts'

Object.assign(process.env, runtimeEnvironment)
