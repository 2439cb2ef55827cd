import { render } from 'preact'
import { systemClock } from '../clock.js'
import { Page } from './page.js'
import { App } from './ui/app.js'
import { restoreTheme } from './ui/theme-switch.js'

restoreTheme()
const root = document.querySelector('#page')
if (root !== null) {
  root.replaceChildren()
  const page = new Page(systemClock, props => render(<App {...props} />, root))
  page.start()
}
