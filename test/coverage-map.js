/**
 * The files whose coverage must be complete: each unit test of core and config, and of the clock, covers the file it mirrors.
 * @param {string} test a test file, relative to the project's root
 */
export default test => {
  const mirrored = /^test\/unit\/(clock|(?:core|config)\/.+)\.test\.ts$/.exec(test)
  return mirrored ? [`src/${mirrored[1]}.ts`] : null
}
