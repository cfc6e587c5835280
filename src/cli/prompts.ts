import { resolve } from 'node:path'
import { InvalidArgumentError, type Command } from 'commander'
import { wayNames, wayWords, type WayName } from '../annotators/vlm/asking/ways.ts'
import { runPromptTrial } from '../campaign/prompt-trial.ts'
import { scoreTrial } from '../campaign/score-trial.ts'
import { LabelwrightError, messageOf } from '../core/error.ts'
import { formatMoney, fromMicros, type Micros } from '../core/money.ts'
import { questionKey } from '../core/question.ts'
import { writeFileAtomic } from '../files/atomic-file.ts'
import type { Project } from '../project/project.ts'
import { drawTrialItems, openTrials, type Trial } from '../project/prompt-trials.ts'
import { amount } from '../project/words.ts'
import { money, onProject, wholeNumber } from './options.ts'
import { scoreLines, type TrialOutcome } from './score-table.ts'
import { open, stoppingNote, untilInterrupted } from './session.ts'
import { makeTerminal, type Terminal } from './terminal.ts'

interface PromptsOptions {
  readonly dir: string
  readonly json?: boolean
  readonly items: number
  readonly annotators?: readonly string[]
  readonly ways?: readonly WayName[]
  readonly budget?: Micros
  readonly out?: string
}

const wayLines = wayNames.map((way) => `  ${way.padEnd(15)} ${wayWords[way]}`).join('\n')

export function addPrompts(program: Command): void {
  onProject(program.command('prompts'))
    .description('try models and ways of asking on the same items with known labels, and show them side by side')
    .option('-i, --items <n>', 'how many items, drawn at random', wholeNumber(1), 100)
    .option('-a, --annotators <ids>', 'which models, separated by commas; default: all', (ids) =>
      ids.split(',').map((id) => id.trim()),
    )
    .option('-w, --ways <names>', 'which of the ways below, separated by commas; default: those that suit', waysNamed)
    .option('-b, --budget <amount>', 'spend at most this much; default: a twentieth of the project’s budget', money)
    .option('-o, --out <file>', 'also write everything that was said, as JSON')
    .addHelpText(
      'after',
      `\nWays of asking:\n${wayLines}\n` +
        '\nReplies are kept: what was tried is not asked again, and the campaign that follows takes them from the cache.' +
        '\n\nExample:\n  labelwright prompts --dir ./birds --items 50 --ways direct,describe --budget 1',
    )
    .action(prompts)
}

async function prompts({ dir, json, items, annotators, ways, budget, out }: PromptsOptions): Promise<void> {
  const terminal = makeTerminal({ json: json ?? false })
  const project = await open(dir, terminal)
  try {
    const drawn = await drawTrialItems(project, items)
    const trials = await openTrials(project, drawn, { annotators: annotators ?? null, ways: ways ?? null })
    const { currency } = project.config
    const cap = checkBudget(project, trials, budget)
    terminal.say(
      `${amount(trials.length, 'trial')} on ${amount(drawn.items.length, 'item')} whose class is known from ${drawn.knownFrom}; ` +
        `about ${formatMoney(expected(trials), currency)}, at most ${formatMoney(cap, currency)}.`,
    )
    const outcomes = await runAll(trials, cap, terminal)
    for (const line of scoreLines(outcomes, { currency, width: terminal.width })) terminal.say(line)
    const result = {
      currency,
      items: drawn.items.length,
      knownFrom: drawn.knownFrom,
      trials: outcomes.map(forMachines),
    }
    if (out !== undefined) {
      const said = outcomes.map((outcome) => ({ ...forMachines(outcome), answers: answersOf(outcome) }))
      await writeFileAtomic(resolve(out), `${JSON.stringify({ ...result, trials: said }, null, 2)}\n`)
      terminal.say(`Everything that was said: ${resolve(out)}`)
    }
    terminal.result(result)
    if (outcomes.some(({ failure }) => failure !== null)) process.exitCode = 1
  } finally {
    await project.close()
  }
}

async function runAll(trials: readonly Trial[], cap: Micros, terminal: Terminal): Promise<TrialOutcome[]> {
  const signal = untilInterrupted(stoppingNote)
  const outcomes: TrialOutcome[] = []
  let left = cap
  for (const trial of trials) {
    const bar = terminal.progress(`${trial.of}, ${trial.way}`, trial.items.length)
    let answered = 0
    const { answers, failure } = await runPromptTrial(trial, {
      budget: left,
      signal,
      onAnswer: () => bar.to(++answered),
    }).finally(() => bar.end())
    if (failure !== null && !(failure instanceof LabelwrightError)) throw failure
    const score = scoreTrial(trial, answers)
    left -= score.cost
    outcomes.push({ trial, answers, score, failure: failure && messageOf(failure) })
  }
  return outcomes
}

function expected(trials: readonly Trial[]): Micros {
  return trials.reduce((sum, { cost }) => sum + Math.ceil(cost.expected), 0)
}

const budgetShare = 1 / 20

/** @returns What may be spent. */
function checkBudget({ config }: Project, trials: readonly Trial[], given: Micros | undefined): Micros {
  const cap = given ?? (config.budget === null ? Infinity : Math.floor(config.budget * budgetShare))
  const needed = expected(trials)
  if (needed <= cap) return cap === Infinity ? trials.reduce((sum, { cost }) => sum + Math.ceil(cost.high), 0) : cap
  throw new LabelwrightError(
    'budget-too-small',
    `These ${trials.length} trials are expected to cost ${formatMoney(needed, config.currency)}, but may cost ${formatMoney(cap, config.currency)}.`,
    'Try fewer --items, --annotators or --ways, or say --budget.',
  )
}

function forMachines({ trial: { of, way, level, cost }, score, failure }: TrialOutcome) {
  return {
    annotator: of,
    way,
    level,
    expectedCost: fromMicros(Math.ceil(cost.expected)),
    ...score,
    cost: fromMicros(score.cost),
    accuracy: score.answers === 0 ? null : score.right / score.answers,
    failure,
  }
}

function answersOf({ trial, answers }: TrialOutcome) {
  return answers.map(({ item, question, reply }) => {
    return { item: trial.items[item]!.id, question: questionKey(question), ...reply, cost: fromMicros(reply.cost) }
  })
}

function waysNamed(text: string): readonly WayName[] {
  return text.split(',').map((part) => {
    const way = wayNames.find((name) => name === part.trim())
    if (way) return way
    throw new InvalidArgumentError(`There are: ${wayNames.join(', ')}.`)
  })
}
