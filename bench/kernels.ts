import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { messageOf } from '../src/core/error.ts'
import type { Measurement } from './kernels/child.ts'
import { describeMachine, type Machine } from './kernels/machine.ts'
import { median } from './kernels/median.ts'
import { runJson } from './kernels/run-json.ts'
import { runPeer } from './kernels/run-peer.ts'
import { cellsOf, foot, renderTable, type Outcome } from './kernels/table.ts'
import { withoutLimits, type KernelTask } from './kernels/task.ts'
import { loadTasks } from './kernels/tasks.ts'
import { judge } from './kernels/verdict.ts'

// How fast the kernels are, beside the aims and the libraries that people use for the same.
// Usage: npm run bench [-- --only badge --no-peers --runs 5 --quick]. Peers run with the Python of LABELWRIGHT_PEERS_PYTHON, default python3.

const { values: options } = parseArgs({
  options: {
    only: { type: 'string', default: '' },
    peers: { type: 'boolean', default: true },
    // 0: five, or three where one takes 2 seconds or more.
    runs: { type: 'string', default: '0' },
    // A tenth of each size, to see that everything works.
    quick: { type: 'boolean', default: false },
  },
  allowNegative: true,
})
const shrink = options.quick ? 10 : 1
const isWhole = !options.only && !options.quick && options.peers
const child = fileURLToPath(import.meta.resolve('./kernels/child.ts'))

const { tasks, problems } = await loadTasks(shrink)
const chosen = tasks
  .filter(({ name }) => name.toLowerCase().includes(options.only.toLowerCase()))
  .map((task) => (options.quick ? withoutLimits(task) : task))
const folder = await mkdtemp(join(tmpdir(), 'labelwright-bench-'))
try {
  const outcomes = await measureAll(chosen)
  const table = renderTable(cellsOf(outcomes))
  console.log(`${table}\n\n${foot}`)
  if (isWhole && problems.length === 0) await writeResults(outcomes, table)
  else console.log('\nNot kept in bench/results: not everything ran in full size.')
  for (const problem of problems) console.error(`Left out: ${problem}`)
  if (problems.length || outcomes.some(({ kind }) => kind === 'failed')) process.exitCode = 1
} finally {
  await rm(folder, { recursive: true })
}

/** Tasks that share an input stand beside each other, so that no more than one input is on the disk. */
async function measureAll(wanted: readonly KernelTask[]): Promise<Outcome[]> {
  const outcomes: Outcome[] = []
  for (const [at, task] of wanted.entries()) {
    console.error(`${at + 1} of ${wanted.length}: ${task.name}`)
    const input = join(folder, task.input.name)
    outcomes.push(await measureTask(task, input))
    if (wanted[at + 1]?.input.name !== task.input.name) await rm(input, { recursive: true, force: true })
  }
  return outcomes
}

async function measureTask(task: KernelTask, input: string): Promise<Outcome> {
  const why = await task.input.obstacle?.(folder)
  if (why) return { kind: 'skipped', task, why }
  const runs = options.runs
  const inChild = (step: 'write' | 'measure') =>
    runJson(process.execPath, ['--expose-gc', child, step, task.name, input, String(shrink), runs])
  try {
    if (await mkdir(input, { recursive: true })) await inChild('write')
    const ours = (await inChild('measure')) as Measurement
    const peers = []
    for (const peer of options.peers ? task.peers : []) peers.push(await runPeer(peer, input, Number(runs)))
    return { kind: 'measured', task, ours, peers }
  } catch (thrown) {
    await rm(input, { recursive: true, force: true })
    return { kind: 'failed', task, why: messageOf(thrown) }
  }
}

async function writeResults(outcomes: readonly Outcome[], table: string): Promise<void> {
  const results = join(import.meta.dirname, 'results')
  const machine = describeMachine()
  await writeFile(
    join(results, 'kernels.md'),
    `# Speed of the kernels\n\n${sentence(machine)}\n\n${table}\n\n${foot}\n`,
  )
  const json = { machine, tasks: outcomes.map(recordOf) }
  await writeFile(join(results, 'kernels.json'), `${JSON.stringify(json, null, 2)}\n`)
}

function sentence({ cores, cpu, memoryGb, node, commit }: Machine): string {
  return `\`npm run bench\` at commit \`${commit}\`, ${cores} cores of ${cpu}, ${memoryGb} GB, Node ${node}.`
}

function recordOf(outcome: Outcome) {
  const { name, size, aim } = outcome.task
  if (outcome.kind !== 'measured') return { name, size, aim, [outcome.kind]: outcome.why }
  const { ours, peers } = outcome
  const { seconds, ...rest } = ours
  const ordered = seconds.toSorted((a, b) => a - b)
  return {
    name,
    size,
    aim,
    ours: { seconds: median(ordered), fastest: ordered[0], slowest: ordered.at(-1), runs: ordered.length, ...rest },
    peers,
    verdict: judge(aim, ours, peers),
  }
}
