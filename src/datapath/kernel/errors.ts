import { tableName } from './rules.js'

/** Something that the kernel data path needs and this machine does not offer, and what helps. */
export interface Missing {
  readonly what: string
  readonly remedy: string
}

/** The kernel data path cannot run here. */
export class UnavailableError extends Error {
  override readonly name = 'UnavailableError'

  constructor(readonly missing: readonly Missing[]) {
    super(missing.map(({ what, remedy }) => `${what} (${remedy})`).join('; '))
  }
}

/** Another process in this network has the ruleset of a service of the same name. */
export class TakenError extends Error {
  override readonly name = 'TakenError'

  constructor(readonly service: string) {
    super(`another process has the ruleset ${tableName(service)}`)
  }
}

/** A ruleset that the kernel did not take, in its own words. */
export class RulesetError extends Error {
  override readonly name = 'RulesetError'
}

/** A program of the system that is needed failed, or is not there. */
export class ProgramError extends Error {
  override readonly name = 'ProgramError'

  /** @param code of the system when it could not be started, such as ENOENT */
  constructor(
    readonly program: string,
    message: string,
    readonly code?: string,
  ) {
    super(message)
  }
}
