import type { JSX } from 'preact'
import { useState } from 'preact/hooks'

const THEMES = ['auto', 'light', 'dark'] as const
type Theme = (typeof THEMES)[number]
const NAMES: Readonly<Record<Theme, string>> = { auto: 'System', light: 'Light', dark: 'Dark' }
const KEY = 'evenkeel-theme'

/** Puts the theme of the last visit in force; the system's when there is none. */
export function restoreTheme(): void {
  apply(stored())
}

/** Light, dark, or what the system says. */
export function ThemeSwitch(): JSX.Element {
  const [theme, setTheme] = useState(stored)
  const choose = (value: string): void => {
    const chosen = themeNamed(value)
    setTheme(chosen)
    apply(chosen)
    store(chosen)
  }
  return (
    <select aria-label="Theme" value={theme} onChange={({ currentTarget }) => choose(currentTarget.value)}>
      {THEMES.map(name => (
        <option key={name} value={name}>
          {NAMES[name]}
        </option>
      ))}
    </select>
  )
}

function apply(theme: Theme): void {
  const { dataset } = document.documentElement
  if (theme === 'auto') delete dataset['theme']
  else dataset['theme'] = theme
}

function themeNamed(name: string | null): Theme {
  return THEMES.find(theme => theme === name) ?? 'auto'
}

/** A browser may forbid the page to remember anything. */
function stored(): Theme {
  try {
    return themeNamed(localStorage.getItem(KEY))
  } catch {
    return 'auto'
  }
}

function store(theme: Theme): void {
  try {
    localStorage.setItem(KEY, theme)
  } catch {
    // It is in force all the same, until the page is closed.
  }
}
