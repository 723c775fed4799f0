// Starts the app: connects to the core, then mounts the root component.
import { mount } from 'svelte'
import App from './App.svelte'
import ConnectionFailed from './features/shell/ConnectionFailed.svelte'
import { connect } from './transport/connect.ts'
import { createAppState } from './state/app.svelte.ts'
import './theme/tokens.css'
import './theme/base.css'

const target = document.getElementById('app') ?? document.body

try {
  const state = await createAppState(await connect())
  mount(App, { target, props: { state } })
} catch (error) {
  mount(ConnectionFailed, {
    target,
    props: { message: error instanceof Error ? error.message : String(error) },
  })
}
