import { Presets, SingleBar } from 'cli-progress'
import type { LabelwrightError } from '../core/error.ts'

/** What a command prints: results on stdout, everything else on stderr; with `--json` exactly one object on stdout. */
export interface Terminal {
  /** How many characters fit into a line; unlimited where the lines go to a file or another program. */
  readonly width: number
  /** A line for people; with `--json` it goes to stderr. */
  say(line: string): void
  /** The command's result for machines; printed with `--json` only. */
  result(value: unknown): void
  /** A bar on stderr where that is a terminal, else a line when it ends. Ends by itself at `total`. */
  progress(what: string, total: number): Progress
}

interface Progress {
  to(done: number): void
  end(): void
}

export function makeTerminal({ json }: { readonly json: boolean }): Terminal {
  return {
    width: (json ? process.stderr : process.stdout).columns ?? Infinity,
    say: (line) => void (json ? process.stderr : process.stdout).write(`${line}\n`),
    result: (value) => {
      if (json) process.stdout.write(`${JSON.stringify(value)}\n`)
    },
    progress: (what, total) => (process.stderr.isTTY ? bar(what, total) : quietProgress(what, total)),
  }
}

function bar(what: string, total: number): Progress {
  const format = `${what.padEnd(24)} {bar} {value}/{total} {eta_formatted}`
  const shown = new SingleBar(
    { format, stream: process.stderr, hideCursor: true, clearOnComplete: false },
    Presets.shades_classic,
  )
  shown.start(total, 0)
  return { to: (done) => shown.update(done), end: () => shown.stop() }
}

function quietProgress(what: string, total: number): Progress {
  let most = 0
  return {
    to: (done) => void (most = done),
    end: () => void process.stderr.write(`${what}: ${most} of ${total}\n`),
  }
}

/** The problem, then the fix, on stderr. */
export function printError({ code, problem, fix }: LabelwrightError): void {
  process.stderr.write(`\n${problem}\n→ ${fix}\n  (${code})\n`)
}
