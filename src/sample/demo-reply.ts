import type { Rng } from '../core/rng.ts'
import type { Asked, Task } from './asked.ts'
import { scoreOptions } from './label-options.ts'
import type { Piece } from './reply-pieces.ts'
import { familyOf, species } from './species.ts'

/** How a reply is drawn from the model's probabilities. */
export interface Sampling {
  /** 0: the likeliest; 1: by the probabilities as they are. */
  readonly temperature: number
  readonly rng: Rng
}

/** Options at least this probable are listed as present: eager, as VLMs are when they are asked for a list. */
const listedFrom = 0.2

/**
 * What the demo VLM says about what it saw. It answers from its own probabilities and nothing else; examples in earlier messages teach
 * it nothing. Where it knows none of the options, it says so in words.
 *
 * A stated `confidence` is too high, as those of VLMs are: `60 + 40 p`, rounded to fives.
 *
 * @param probs - Probability of each species, shape `[species.length]`; null without a picture: it then holds every option for equally
 *   likely, so that ties make it take the first one, or say yes.
 */
export function demoReply({ properties, task }: Asked, probs: Float32Array | null, sampling: Sampling): Piece[] {
  const answer = answerTo(task, probs, sampling)
  if ('words' in answer) return [answer.words]
  // Only a list, which is always JSON, says more than one thing.
  const pieces = answer.said.flatMap((piece, i) => (i === 0 ? [piece] : ['","', piece]))
  if (properties.length === 0) return pieces
  const quoted: Piece[] = pieces.length > 0 ? ['"', ...pieces, '"'] : []
  const valueOf = (property: string): readonly Piece[] => {
    if (property === 'confidence') return [String(5 * Math.round(12 + 8 * answer.probability))]
    if (property === 'labels') return ['[', ...quoted, ']']
    return ['label', 'present', 'correct'].includes(property) ? quoted : [JSON.stringify(observation(probs))]
  }
  return ['{', ...properties.flatMap((property, i) => [`${i > 0 ? ',' : ''}"${property}":`, ...valueOf(property)]), '}']
}

/** Several pieces are said by a list; the probability is that of the answer being right, as far as the model knows. */
type Answered = { readonly said: readonly Piece[]; readonly probability: number } | { readonly words: string }

function answerTo(task: Task, probs: Float32Array | null, sampling: Sampling): Answered {
  switch (task.kind) {
    case 'choose':
      return choose(task, probs, sampling)
    case 'list':
      return list(task.options, probs, sampling)
    case 'confirm': {
      const yes = probs ? (scoreOptions([task.name ?? ''], probs)[0] ?? 0) : 0.5
      const said = decide(yes, 0.5, sampling) ? 'yes' : 'no'
      const among = new Map([
        ['yes', yes],
        ['no', 1 - yes],
      ])
      return { said: [{ said, among }], probability: among.get(said)! }
    }
  }
}

function choose(
  { options, codes }: Task & { kind: 'choose' },
  probs: Float32Array | null,
  sampling: Sampling,
): Answered {
  if (options.length === 0) return { words: probs ? 'I was given no list of classes to choose from.' : 'yes' }
  const scores = probs ? scoreOptions(options, probs) : options.map(() => 1)
  if (scores.every((score) => score === null)) {
    return { words: 'I know none of these classes; I only know the insects of the meadow.' }
  }
  const known = scores.map((score) => score ?? 0)
  const sum = known.reduce((total, score) => total + score, 0)
  const shares = known.map((score) => (sum > 0 ? score / sum : 1 / known.length))
  const chosen = draw(shares, sampling)
  const among = new Map(codes.map((code, i) => [JSON.stringify(code).slice(1, -1), shares[i]!]))
  return { said: [{ said: [...among.keys()][chosen]!, among }], probability: shares[chosen]! }
}

function list(options: readonly string[], probs: Float32Array | null, sampling: Sampling): Answered {
  const scores = probs ? scoreOptions(options, probs) : []
  const present = options.flatMap((option, i) => {
    const score = scores[i] ?? 0
    return decide(score, listedFrom, sampling) ? [{ option: JSON.stringify(option).slice(1, -1), score }] : []
  })
  const said = present.map(({ option, score }) => ({ said: option, among: new Map([[option, score]]) }))
  return { said, probability: Math.min(1, ...present.map(({ score }) => score)) }
}

/** One of the shares, by lot; the larger the temperature, the more even the lot. */
function draw(shares: readonly number[], { temperature, rng }: Sampling): number {
  const largest = Math.max(...shares)
  if (temperature === 0) return shares.indexOf(largest)
  const weights = shares.map((share) => (share / largest) ** (1 / temperature))
  let left = rng.uniform() * weights.reduce((sum, weight) => sum + weight, 0)
  const drawn = weights.findIndex((weight) => (left -= weight) < 0)
  return drawn < 0 ? shares.indexOf(largest) : drawn
}

/** Whether it holds, by lot: at temperature 0 where the probability reaches the threshold, above it the more by chance the hotter. */
function decide(probability: number, threshold: number, { temperature, rng }: Sampling): boolean {
  if (temperature === 0) return probability >= threshold
  const logit = (p: number): number => Math.log(p / (1 - p))
  return rng.uniform() < 1 / (1 + Math.exp((logit(threshold) - logit(probability)) / temperature))
}

function observation(probs: Float32Array | null): string {
  if (!probs) return 'There is no picture to look at.'
  const likeliest = probs.indexOf(Math.max(...probs))
  return `A small animal in a meadow, with the build of a ${familyOf[likeliest]!.name}: ${species[likeliest]!.description}.`
}
