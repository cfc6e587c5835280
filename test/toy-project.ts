import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { hash32, makeRng, type Rng } from '../src/core/rng.ts'
import { matrix } from '../src/tensor/matrix.ts'
import { writeNpy } from '../src/tensor/npy.ts'

/** What a toy project says in place of the usual; each is a line or more of YAML. */
export interface ToyOptions {
  readonly texts?: number
  readonly seed?: number
  /** In place of the person at 1 and the recording at 0.02. */
  readonly annotators?: string
  readonly budget?: number
  /** Whether the project names its known labels, so that what is reached can be measured. Default true. */
  readonly knowsTruth?: boolean
  readonly more?: string
}

export const toyClasses: readonly string[] = ['weather', 'cooking', 'sport', 'travel', 'music']

const words: Readonly<Record<string, readonly string[]>> = {
  weather: ['rain', 'cloud', 'storm', 'sunshine', 'frost'],
  cooking: ['onion', 'oven', 'butter', 'simmer', 'spice'],
  sport: ['goal', 'match', 'referee', 'sprint', 'league'],
  travel: ['train', 'passport', 'harbour', 'hotel', 'border'],
  music: ['violin', 'melody', 'concert', 'rhythm', 'choir'],
}
const fillers = ['the', 'a long', 'yesterday', 'again', 'we had', 'nobody saw', 'more', 'at last', 'without', 'near']

const usualAnnotators = `
  - { id: person, kind: oracle, labels: label, price: { answer: 1 } }
  - { id: earlier, kind: recorded, answers: ./answers.csv, price: { answer: 0.02 } }`

/**
 * Writes a project that is labelled within a second: sentences of a toy grammar in five classes with features that tell them apart fairly well,
 * a person who knows them, and the recorded answers of somebody who guesses on every fourth.
 */
export async function writeToyProject(dir: string, options: ToyOptions = {}): Promise<void> {
  const { texts = 200, seed = 1, annotators = usualAnnotators, budget = 60, knowsTruth = true, more = '' } = options
  const rng = makeRng(7, 'toy texts')
  const manifest = ['id,text,label']
  const answers = ['item,answer']
  const features = matrix(texts, toyClasses.length)
  for (let i = 0; i < texts; i++) {
    const y = i % toyClasses.length
    const label = toyClasses[y]!
    for (let j = 0; j < features.cols; j++)
      features.data[i * features.cols + j] = (j === y ? 1 : 0) + 0.5 * rng.normal()
    manifest.push(`t${i},${sentence(label, rng)},${label}`)
    answers.push(`t${i},${rng.uniform() < 0.25 ? one(toyClasses, rng) : label}`)
  }
  await mkdir(dir, { recursive: true })
  await writeFile(join(dir, 'manifest.csv'), `${manifest.join('\n')}\n`)
  await writeFile(join(dir, 'answers.csv'), `${answers.join('\n')}\n`)
  await writeNpy(join(dir, 'features.npy'), features)
  await writeFile(
    join(dir, 'labelwright.yaml'),
    `dataset: ./manifest.csv
classes: [${toyClasses.join(', ')}]
${knowsTruth ? 'labels: { truth: label }' : ''}
encoder: ./features.npy
annotators:${annotators}
strategy: information
budget: ${budget}
start: 10
seed: ${seed}
${more}`,
  )
}

/** One telling word, and sometimes one that leads astray. */
function sentence(label: string, rng: Rng): string {
  const said = [one(fillers, rng), one(words[label]!, rng), one(fillers, rng)]
  if (rng.uniform() < 0.5) said.push(one(words[one(toyClasses, rng)]!, rng))
  return said.join(' ')
}

/** What a hasty reader takes a toy text to be about: the first telling word, but the last one of every third text. */
export function readToyText(text: string): string {
  const topics = text.split(/\s+/).flatMap((word) => toyClasses.find((label) => words[label]!.includes(word)) ?? [])
  return (hash32(text) % 3 === 0 ? topics.at(-1) : topics[0]) ?? 'none of these'
}

function one<T>(choices: readonly T[], rng: Rng): T {
  return choices[rng.below(choices.length)]!
}
