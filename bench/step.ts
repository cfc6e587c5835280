import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { messageOf } from '../src/core/error.ts'
import { describeMachine } from './kernels/machine.ts'
import { runJson } from './kernels/run-json.ts'
import { renderTable } from './kernels/table.ts'
import { sizeOf } from './kernels/task.ts'
import { classes, inputOf, type StepCase, type StepTimes } from './step/step-case.ts'

// How long a large campaign thinks between the last answer and the next question: it should not keep people waiting.

const usage = `Usage: npm run bench:step [-- options]

  --runs <n>    how often after a first time; default 2
  --cases <n>   only the first n
  --quick       a tenth of each size, to see that everything works
  --help`

const aim = { seconds: 3, dimensions: 512 } as const

const { runs, cases: most, quick } = readOptions()
const shrink = quick ? 10 : 1
const child = fileURLToPath(import.meta.resolve('./step/child.ts'))
const folder = await mkdtemp(join(tmpdir(), 'labelwright-bench-'))
try {
  const rows = []
  for (const one of allCases().slice(0, most)) rows.push(rowOf(one, await measure(one)))
  const { cores, cpu, memoryGb, node, commit } = describeMachine()
  console.log(`${renderTable([header(), ...rows])}

K = ${classes}, two people whose verdicts cost a quarter of a label. Medians of ${runs}, after a first time that includes compiling;
peak memory is all that the process holds. Commit \`${commit}\`, ${cores} cores of ${cpu}, ${memoryGb} GB, Node ${node}.`)
} finally {
  await rm(folder, { recursive: true })
}

/** Campaigns reduce features to 256 dimensions; 512 is what the aim is about. Strategies that rank items ask no model. */
function allCases(): StepCase[] {
  const items = 50_000 / shrink
  return [aim.dimensions, 256].flatMap((dimensions) =>
    [2000, 5000].flatMap((labels): StepCase[] => {
      const shared = { items, dimensions, labels: labels / shrink }
      return [
        { ...shared, strategy: 'information', answers: 0 },
        { ...shared, strategy: 'information', answers: 20_000 / shrink },
        { ...shared, strategy: 'margin', answers: 0 },
      ]
    }),
  )
}

async function measure(one: StepCase): Promise<StepTimes> {
  const input = join(folder, inputOf(one))
  const inChild = (task: 'write' | 'measure') =>
    runJson(process.execPath, ['--expose-gc', child, task, JSON.stringify(one), input, String(runs)])
  console.error(caseWords(one).join(', '))
  if (await mkdir(input, { recursive: true })) await inChild('write')
  return (await inChild('measure')) as StepTimes
}

function header(): string[] {
  return ['strategy', 'items', 'labels', "model's answers", 'believe', 'choose', 'step (first)', 'of processors', 'aim', 'peak memory', 'asks'] // prettier-ignore
}

function caseWords({ strategy, items, dimensions, labels, answers }: StepCase): string[] {
  return [strategy, sizeOf(items, dimensions), sizeOf(labels), answers > 0 ? sizeOf(answers) : 'none']
}

function rowOf(one: StepCase, { believe, choose, busy, cold, peakBytes, weight, questions }: StepTimes): string[] {
  const [strategy, items, labels, answers] = caseWords(one) as [string, string, string, string]
  const step = believe + choose
  return [
    strategy,
    items,
    labels,
    weight === null ? answers : `${answers}, weight ${weight}`,
    seconds(believe),
    seconds(choose),
    `${seconds(step)} (${seconds(cold)})`,
    seconds(busy),
    quick ? '' : `${aim.seconds} s, ${step <= aim.seconds ? 'met' : 'missed'}`,
    `${(peakBytes / 1e6).toFixed(0)} MB`,
    sizeOf(questions),
  ]
}

function seconds(value: number): string {
  return `${value.toFixed(2)} s`
}

function readOptions() {
  try {
    const { values } = parseArgs({
      options: {
        runs: { type: 'string', default: '2' },
        cases: { type: 'string' },
        quick: { type: 'boolean', default: false },
        help: { type: 'boolean', default: false },
      },
    })
    if (values.help) {
      console.log(usage)
      process.exit()
    }
    return {
      quick: values.quick,
      runs: count('--runs', values.runs),
      cases: values.cases === undefined ? Infinity : count('--cases', values.cases),
    }
  } catch (thrown) {
    return refuse(messageOf(thrown))
  }
}

function count(option: string, text: string): number {
  const wanted = Number(text)
  return Number.isInteger(wanted) && wanted > 0 ? wanted : refuse(`${option} ${text} is no whole number from 1.`)
}

function refuse(problem: string): never {
  console.error(`${problem}\n\n${usage}`)
  process.exit(2)
}
