// Starts the app: connects to the core, then mounts the root component.
import { mount } from 'svelte'
import { messageOf } from '../../electron/texts/message.ts'
import App from './App.svelte'
import ConnectionFailed from './features/shell/ConnectionFailed.svelte'
import { closestLanguage, setLanguage } from './i18n/i18n.svelte.ts'
import { createAppState } from './state/app.svelte.ts'
import { connectHttp } from './transport/http.ts'
import { connectPort, type Bridge } from './transport/port.ts'
import './theme/tokens.css'
import './theme/base.css'
import './theme/shared.css'

const target = document.getElementById('app') ?? document.body

try {
  // Electron's preload script leaves a bridge; a browser talks to the loopback host.
  const { bridge } = window as { bridge?: Bridge }
  const transport = await (bridge === undefined ? connectHttp() : connectPort(bridge))
  const state = await createAppState(transport)
  mount(App, { target, props: { state } })
} catch (error) {
  // Without a connection the settings cannot be read.
  setLanguage(closestLanguage(navigator.language))
  mount(ConnectionFailed, {
    target,
    props: { message: messageOf(error) },
  })
}
