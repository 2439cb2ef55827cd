import type { ProbeSpec } from '../../core/service.js'
import { execProbe } from './exec.js'
import { httpProbe } from './http.js'
import type { Probe } from './probe.js'
import { tcpProbe } from './tcp.js'
import { udpProbe } from './udp.js'

/** The probe of this kind; undefined for `none`. */
export function createProbe(spec: ProbeSpec): Probe | undefined {
  switch (spec.kind) {
    case 'none':
      return undefined
    case 'tcp':
      return tcpProbe(spec)
    case 'udp':
      return udpProbe(spec)
    case 'http':
      return httpProbe(spec)
    case 'exec':
      return execProbe(spec)
  }
}
