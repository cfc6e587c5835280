import type { Answer } from '../../../core/answer.ts'
import { levelNamed, type ClassSpec } from '../../../core/taxonomy.ts'
import type { Exchange } from '../exchange.ts'
import type { Reading } from '../reading/reading.ts'
import { choiceAmong } from './choice.ts'
import type { Asked, Step, Way } from './way.ts'

/**
 * One choice per level, from the top of the tree down to the level asked, each among the classes below the one chosen before. Where a
 * choice finds no class, that is the answer; where there is only one class below, nothing is asked.
 */
export const coarseToFine: Way = {
  version: 'coarse-to-fine-1',
  questions: ['classify'],
  next: (asked, said) => walk(asked, topOf(asked), said),
  mostCalls: (asked) => mostChoices(topOf(asked)),
}

/** A choice to be made, how many levels lie between it and the level asked, and how sure the model was of the way here, in `[0, 1]`. */
interface Fork {
  readonly options: readonly ClassSpec[]
  readonly below: number
  readonly sureness: number
}

function topOf({ question, taxonomy }: Asked): Fork {
  const { levels } = taxonomy
  const level = question.kind === 'classify' ? levelNamed(taxonomy, question.level) : levels[0]!
  return { options: levels[0]!.classes, below: levels.indexOf(level), sureness: 1 }
}

function walk(asked: Asked, fork: Fork, said: readonly (readonly Exchange[])[]): Step {
  const { prompt, read } = choiceAmong(asked, fork.options)
  const [replies, ...later] = said
  if (!replies) return { kind: 'ask', prompts: [prompt] }
  const { answer, rule } = weighted(read(replies[0]!), fork.sureness)
  const chosen = likeliest(answer)
  const node = fork.options.find(({ name }) => name === chosen?.label)
  const isLast = fork.below === 0 || fork.options.every(isLeaf)
  if (!chosen || !node || isLast) return { kind: 'answer', reading: { answer, rule } }
  const end = descend(node, fork.below)
  if (end.below > 0) {
    return walk(asked, { options: childrenOf(end.node), below: end.below - 1, sureness: chosen.confidence ?? 1 }, later)
  }
  return { kind: 'answer', reading: { answer: { kind: 'label', ...chosen, label: end.node.name }, rule } }
}

function mostChoices({ options, below: levels }: Pick<Fork, 'options' | 'below'>): number {
  const further = options.map((option) => {
    const { node, below: left } = descend(option, levels)
    return left > 0 ? mostChoices({ options: childrenOf(node), below: left - 1 }) : 0
  })
  return 1 + Math.max(...further)
}

/** Follows a branch down to where it forks, or to the level asked. */
function descend(node: ClassSpec, levels: number): { readonly node: ClassSpec; readonly below: number } {
  const [child, ...others] = childrenOf(node)
  return levels > 0 && others.length === 0 ? descend(child!, levels - 1) : { node, below: levels }
}

/** The classes one level down; a branch that ends early stands for itself there. */
function childrenOf(node: ClassSpec): readonly ClassSpec[] {
  return isLeaf(node) ? [node] : node.classes!
}

function isLeaf({ classes }: ClassSpec): boolean {
  return !classes?.length
}

function likeliest(answer: Answer): { readonly label: string; readonly confidence?: number } | undefined {
  if (answer.kind === 'label') {
    const { label, confidence } = answer
    return { label, ...(confidence !== undefined && { confidence }) }
  }
  if (answer.kind !== 'distribution') return undefined
  const [first] = Object.entries(answer.probabilities).toSorted(([, a], [, b]) => b - a)
  return first && { label: first[0], confidence: first[1] }
}

/** The probability of a class is that of its group times its own within the group. */
function weighted({ answer, rule }: Reading, sureness: number): Reading {
  if (answer.kind === 'label' && answer.confidence !== undefined) {
    return { answer: { ...answer, confidence: answer.confidence * sureness }, rule }
  }
  if (answer.kind !== 'distribution') return { answer, rule }
  const entries = Object.entries(answer.probabilities).map(([label, share]) => [label, share * sureness] as const)
  return { answer: { kind: 'distribution', probabilities: Object.fromEntries(entries) }, rule }
}
