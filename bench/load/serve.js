/** Runs in a process of its own, so that the CPU of the load is told apart: does what it is asked, once per message. */

/**
 * Answers each message with the result of `run`, or with the error it threw.
 * @template Options, Result
 * @param {(options: Options) => Promise<Result>} run
 */
export function serve(run) {
  process.on('message', message => {
    run(/** @type {Options} */ (message)).then(
      result => process.send?.({ result }),
      /** @param {unknown} error */
      error => process.send?.({ error: String(error) }),
    )
  })
  process.on('disconnect', () => process.exit())
  process.send?.({ result: 'ready' })
}
