import { parentPort, workerData } from 'node:worker_threads'

/** In a thread of its own: an event loop cannot wait for less than a millisecond, a thread can. */
const nobody = new Int32Array(new SharedArrayBuffer(4))

let next = performance.now()
for (;;) {
  next += Number(workerData)
  const left = next - performance.now()
  if (left > 0) Atomics.wait(nobody, 0, 0, left)
  else next -= left
  parentPort?.postMessage(0)
}
