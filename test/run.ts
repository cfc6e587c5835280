import { spawn } from 'node:child_process'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'

// All checks of the house, one after the other; none is left out because another failed. The last line counts, for machines:
// every check is one test, except Vitest, whose tests count themselves.

const root = join(import.meta.dirname, '..')
const scratch = await mkdtemp(join(tmpdir(), 'labelwright-test-'))
const report = join(scratch, 'vitest.json')

interface Count {
  readonly passed: number
  readonly failed: number
  readonly skipped: readonly string[]
}

interface TestFile {
  readonly status: string
  readonly assertionResults: readonly { readonly status: string; readonly fullName: string }[]
}

try {
  const counts = [
    await check('types', 'tsc -p .'),
    await check('lint', 'oxlint --type-aware --deny-warnings'),
    await check('format', 'oxfmt --check'),
    await check('unused code', 'knip'),
    await check('tests', `vitest run --reporter=default --reporter=json --outputFile.json="${report}"`, countTests),
  ]
  const skipped = counts.flatMap((count) => count.skipped)
  const sum = (of: 'passed' | 'failed'): number => counts.reduce((total, count) => total + count[of], 0)
  for (const name of skipped) console.log(`skipped: ${name}`)
  console.log(`${sum('passed')} passed, ${sum('failed')} failed${skipped.length ? `, ${skipped.length} skipped` : ''}`)
  process.exitCode = sum('failed') ? 1 : 0
} finally {
  await rm(scratch, { recursive: true, force: true })
}

async function check(name: string, command: string, count = countOne): Promise<Count> {
  console.log(`\n# ${name}`)
  const start = performance.now()
  const succeeded = await succeeds(command)
  const result = await count(succeeded)
  console.log(`# ${name}: ${result.failed ? 'FAILED' : 'passed'}, ${((performance.now() - start) / 1000).toFixed(1)} s`)
  return result
}

/** Runs one of the project's tools, with the project's Node first on the path, as `npm run` would. */
function succeeds(command: string): Promise<boolean> {
  const PATH = [join(root, 'node_modules/.bin'), process.env['PATH']].join(delimiter)
  const tool = spawn(command, {
    cwd: root,
    env: { ...process.env, PATH },
    shell: true,
    stdio: ['ignore', 'inherit', 'inherit'],
  })
  return new Promise((resolve) => {
    tool.on('error', () => resolve(false))
    tool.on('close', (code) => resolve(code === 0))
  })
}

function countOne(succeeded: boolean): Promise<Count> {
  return Promise.resolve({ passed: succeeded ? 1 : 0, failed: succeeded ? 0 : 1, skipped: [] })
}

/** A file that broke outside its tests, and a run that failed without a failed test (a crash, a stray error), count as one failure each. */
async function countTests(succeeded: boolean): Promise<Count> {
  const files = await readReport()
  if (!files) return { passed: 0, failed: 1, skipped: [] }
  const tests = files.flatMap((file) => file.assertionResults)
  const named = (status: string) => tests.filter((test) => test.status === status)
  const broken = files.filter(
    (file) => file.status === 'failed' && file.assertionResults.every((test) => test.status !== 'failed'),
  )
  const failed = named('failed').length + broken.length
  const passed = named('passed').length
  const skipped = tests.filter(({ status }) => status !== 'passed' && status !== 'failed').map((test) => test.fullName)
  return { passed, failed: failed || (succeeded && passed ? 0 : 1), skipped }
}

/** Null where Vitest crashed before it wrote all of it. */
async function readReport(): Promise<readonly TestFile[] | null> {
  try {
    return (JSON.parse(await readFile(report, 'utf8')) as { testResults: TestFile[] }).testResults
  } catch {
    return null
  }
}
