// The inference runtime. It is imported here alone, behind a check that its telemetry is off: see docs/security.md.
import './require-no-telemetry.ts'

export * from 'onnxruntime-node'
