import { fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import type { Job } from './job.ts'

/**
 * Does jobs in some processes at once, each of which takes the next when it is done with one.
 *
 * @returns Of the jobs that failed, how many.
 */
export async function runJobs(jobs: readonly Job[], processes: number, out: string): Promise<number> {
  let [next, done, failures] = [0, 0, 0]
  const runSome = async (): Promise<void> => {
    const worker = fork(fileURLToPath(import.meta.resolve('./worker.ts')), [out], {
      env: { ...process.env, ...(processes > 1 && { LABELWRIGHT_THREADS: '1' }) },
    })
    const gone = once(worker, 'exit').then(() => ({ failed: 'its process ended' }))
    while (next < jobs.length && worker.connected) {
      const job = jobs[next++]!
      const start = performance.now()
      worker.send(job)
      const { failed } = await Promise.race([once(worker, 'message').then(([said]) => said as Said), gone])
      if (failed) failures++
      const seconds = ((performance.now() - start) / 1000).toFixed(0)
      const name = `${job.dataset}, ${job.strategy}, seed ${job.seed}`
      console.error(`${++done} of ${jobs.length}: ${name}: ${failed ? `failed: ${failed}` : `${seconds} s`}`)
    }
    if (worker.connected) worker.disconnect()
  }
  await Promise.all(Array.from({ length: Math.min(processes, jobs.length) }, runSome))
  return failures + (jobs.length - done)
}

interface Said {
  readonly failed?: string
}
