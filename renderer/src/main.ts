// Starts the app: connects to the core, then mounts the root component.
import { mount } from 'svelte'
import { messageOf } from './api.ts'
import App from './App.svelte'
import ConnectionFailed from './features/shell/ConnectionFailed.svelte'
import { closestLanguage, setLanguage } from './i18n/i18n.svelte.ts'
import { connect } from './transport/connect.ts'
import { createAppState } from './state/app.svelte.ts'
import './theme/tokens.css'
import './theme/base.css'

const target = document.getElementById('app') ?? document.body

try {
  const state = await createAppState(await connect())
  mount(App, { target, props: { state } })
} catch (error) {
  // The settings are behind the line that is not there.
  setLanguage(closestLanguage(navigator.language))
  mount(ConnectionFailed, {
    target,
    props: { message: messageOf(error) },
  })
}
