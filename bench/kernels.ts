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

const usage = `Usage: npm run bench [-- options]

  --only <part>  the tasks with this in their names
  --no-peers     ours alone; peers run with the Python of LABELWRIGHT_PEERS_PYTHON, default python3
  --runs <n>     how often after the first time; default 5, or 3 where once takes 2 seconds or more
  --quick        a tenth of each size, to see that everything works
  --help

A whole run writes its table to bench/results.`

const { only, peers: withPeers, runs, quick } = readOptions()
const shrink = quick ? 10 : 1
const isWhole = !only && !quick && withPeers
const child = fileURLToPath(import.meta.resolve('./kernels/child.ts'))

const { tasks, problems } = await loadTasks(shrink)
const chosen = tasks
  .filter(({ name }) => name.toLowerCase().includes(only.toLowerCase()))
  .map((task) => (quick ? withoutLimits(task) : task))
if (chosen.length === 0)
  refuse(`No task has "${only}" in its name; there are: ${tasks.map(({ name }) => name).join(', ')}.`)
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

/** `runs` is 0 where nobody says how many. */
function readOptions() {
  try {
    const { values } = parseArgs({
      options: {
        only: { type: 'string', default: '' },
        peers: { type: 'boolean', default: true },
        runs: { type: 'string', default: '0' },
        quick: { type: 'boolean', default: false },
        help: { type: 'boolean', default: false },
      },
      allowNegative: true,
    })
    if (values.help) {
      console.log(usage)
      process.exit()
    }
    const wanted = Number(values.runs)
    if (Number.isInteger(wanted) && wanted >= 0) return { ...values, runs: wanted }
    return refuse(`--runs ${values.runs} is no number of runs.`)
  } catch (thrown) {
    return refuse(messageOf(thrown))
  }
}

function refuse(problem: string): never {
  console.error(`${problem}\n\n${usage}`)
  process.exit(2)
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
  const inChild = (step: 'write' | 'measure') =>
    runJson(process.execPath, ['--expose-gc', child, step, task.name, input, String(shrink), String(runs)])
  try {
    if (await mkdir(input, { recursive: true })) await inChild('write')
    const ours = (await inChild('measure')) as Measurement
    const peers = []
    for (const peer of withPeers ? task.peers : []) peers.push(await runPeer(peer, input, runs))
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
