import { spawn } from 'node:child_process'
import { text } from 'node:stream/consumers'

/**
 * Runs a program and reads the last line that it prints as JSON; null where it prints nothing.
 *
 * @throws Error with the end of what it complains about, where it fails or is not there.
 */
export async function runJson(
  command: string,
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<unknown> {
  const child = spawn(command, args, { env: { ...process.env, ...env }, stdio: ['ignore', 'pipe', 'pipe'] })
  const ended = new Promise<number | null>((resolve, reject) => child.on('error', reject).on('close', resolve))
  const [code, printed, complaints] = await Promise.all([ended, text(child.stdout), text(child.stderr)])
  if (code !== 0) throw new Error(complaintIn(complaints) ?? `ended with code ${code}`)
  const last = printed.trim().split('\n').at(-1)
  return last ? JSON.parse(last) : null
}

/** The line that names the error: Python's last, or the one of Node above its stack. */
function complaintIn(complaints: string): string | undefined {
  const lines = complaints.trim().split('\n')
  return lines.find((line) => /^\w*Error\b/.test(line)) ?? (lines.at(-1) || undefined)
}
