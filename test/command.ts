import { spawn, type ChildProcess } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, vi } from 'vitest'
import { main } from '../src/cli/main.ts'

export interface Printed {
  readonly code: number
  readonly stdout: string
  readonly stderr: string
}

/** Runs a command of the real CLI in this process. */
export async function labelwright(...args: string[]): Promise<Printed> {
  const printed = { stdout: '', stderr: '' }
  const listen = (name: 'stdout' | 'stderr') =>
    vi.spyOn(process[name], 'write').mockImplementation((text) => {
      printed[name] += String(text)
      return true
    })
  const spies = [listen('stdout'), listen('stderr')]
  // A command may set the exit code of its process, which is ours here.
  const before = process.exitCode
  process.exitCode = undefined
  try {
    return { code: await main(args), ...printed }
  } finally {
    process.exitCode = before
    for (const spy of spies) spy.mockRestore()
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.removeAllListeners(signal)
  }
}

/** The labels of a project, as they are exported. */
export async function exportedLabels(dir: string): Promise<string> {
  const out = join(dir, 'labels.csv')
  expect(await labelwright('export', '--dir', dir, '--out', out)).toMatchObject({ code: 0, stderr: '' })
  return readFile(out, 'utf8')
}

/** Starts a command in a process of its own. */
export function startLabelwright(...args: string[]): ChildProcess {
  const bin = join(import.meta.dirname, '../bin/labelwright.js')
  return spawn(process.execPath, [bin, ...args], { stdio: 'ignore' })
}

/** The signal that ended a process, or its exit code. */
export function endOf(child: ChildProcess): Promise<NodeJS.Signals | number> {
  return new Promise((resolve, reject) => {
    child.once('error', reject)
    child.once('exit', (code, signal) => resolve(signal ?? code!))
  })
}
