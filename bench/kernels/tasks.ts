import { messageOf } from '../../src/core/error.ts'
import type { KernelTask } from './task.ts'

const files: readonly (() => Promise<{ tasks(shrink: number): KernelTask[] }>)[] = [
  () => import('./confident-learning.ts'),
  () => import('./strategies.ts'),
  () => import('./heads.ts'),
  () => import('./crowd.ts'),
  () => import('./geometry.ts'),
  () => import('./pictures.ts'),
]

/** All tasks in the order of the table, their sizes divided by `shrink`; a file that cannot be loaded does not keep the others back. */
export async function loadTasks(shrink: number): Promise<{ tasks: KernelTask[]; problems: string[] }> {
  const loaded = await Promise.allSettled(files.map((load) => load()))
  return {
    tasks: loaded.flatMap((file) => (file.status === 'fulfilled' ? file.value.tasks(shrink) : [])),
    problems: loaded.flatMap((file) => (file.status === 'rejected' ? [messageOf(file.reason)] : [])),
  }
}
