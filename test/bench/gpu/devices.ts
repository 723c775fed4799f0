// Prints the devices that this build of the runtime knows, as JSON, for run.ts.
import { availableDevices } from '../../../electron/worker/session.ts'

console.log(JSON.stringify(availableDevices()))
process.exit()
