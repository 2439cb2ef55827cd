const LONGEST_SERVICE = 63
const LONGEST_BACKEND = 128

/** A valid name of a service that is close to the one given and not in `taken`. */
export function serviceName(wanted: string, taken: ReadonlySet<string>): string {
  const cleaned = wanted.replace(/[^\w.-]+/g, '-').slice(0, LONGEST_SERVICE)
  const isReserved = cleaned === '' || /^\.{1,2}$/.test(cleaned) || cleaned === '__proto__'
  return unused(isReserved ? 'service' : cleaned, LONGEST_SERVICE, taken)
}

/** A valid name of a backend that is close to the one given and not in `taken`. */
export function backendName(wanted: string, taken: ReadonlySet<string>): string {
  const cleaned = wanted.replace(/[\s\p{C}"'`,\\]+/gu, '-').slice(0, LONGEST_BACKEND)
  return unused(cleaned === '' || /^\.{1,2}$/.test(cleaned) ? 'backend' : cleaned, LONGEST_BACKEND, taken)
}

function unused(name: string, longest: number, taken: ReadonlySet<string>): string {
  let free = name
  for (let number = 2; taken.has(free); number++) {
    const suffix = `-${number}`
    free = name.slice(0, longest - suffix.length) + suffix
  }
  return free
}
