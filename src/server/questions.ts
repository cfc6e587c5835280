import { classIndex, classMembers, fineLevel, levelNamed, type Taxonomy } from '../core/taxonomy.ts'
import type { Item } from '../core/item.ts'
import type { Question } from '../core/question.ts'
import type { Project } from '../project/project.ts'
import type { QueuedQuestion } from '../store/store.ts'
import { row, type Matrix } from '../tensor/matrix.ts'

/** One question as the page shows it. */
export interface PageQuestion {
  readonly item: number
  /** The item's id: mostly its path, which may give its class away. */
  readonly name: string
  readonly picture: string | null
  readonly text: string | null
  readonly question: Question
  /** The question in words. */
  readonly words: string
  readonly attempt: number
  /** The class that a yes-or-no question is about; null for other questions. */
  readonly subject: Choice | null
  readonly guess: Guess | null
}

/** What the campaign believes so far: the likeliest class, or the one that is asked about, with its probability. */
interface Guess {
  readonly label: string
  readonly probability: number
}

/** One class that may be answered. */
export interface Choice {
  readonly name: string
  readonly aliases: readonly string[]
  readonly description: string | null
  /** The class of the next coarser level that it belongs to; null where there is none. */
  readonly within: string | null
}

/** The classes of every level of the tree, by the level's name. */
export function choicesByLevel(taxonomy: Taxonomy): Readonly<Record<string, readonly Choice[]>> {
  return Object.fromEntries(taxonomy.levels.map(({ name }, depth) => [name, choicesOf(taxonomy, depth)]))
}

function choicesOf({ levels }: Taxonomy, depth: number): Choice[] {
  const { classes, groupOf } = levels[depth]!
  const above = levels[depth - 1]
  return classes.map(({ name, aliases, description }, index) => {
    const parent = above?.classes[above.groupOf[groupOf.indexOf(index)]!]?.name ?? null
    return { name, aliases: aliases ?? [], description: description ?? null, within: parent === name ? null : parent }
  })
}

/**
 * Makes what puts a claimed question into words and pictures, given the posterior, shape `[n, k]`, or null. An audit's question comes without
 * a guess: who has seen the guess is no independent witness of it, and the certificate would promise too much.
 *
 * @param version - Makes the picture's address one of this ledger, so that a browser never shows another project's picture from its cache.
 */
export function makeDescriber(
  { campaign: { items, taxonomy } }: Project,
  version: string,
): (claimed: QueuedQuestion, posterior: Matrix | null) => PageQuestion {
  const subjectOf = subjectFinder(taxonomy)
  const guessOf = makeGuesser(taxonomy)
  return ({ item, question, attempt, purpose }, posterior) => {
    const { id, source }: Item = items[item]!
    return {
      item,
      name: id,
      picture: source.kind === 'text' ? null : `/api/pictures/${item}?v=${version}`,
      text: source.kind === 'text' ? source.text : null,
      question,
      words: wordsOf(question),
      attempt,
      subject: question.kind === 'verify' ? subjectOf(question.label) : null,
      guess: posterior && purpose !== 'audit' ? guessOf(row(posterior, item), question) : null,
    }
  }
}

function wordsOf(question: Question): string {
  switch (question.kind) {
    case 'classify':
      return `Which ${question.level} is this?`
    case 'select':
      return 'Which of these are there?'
    case 'verify':
      return `Is this ${question.label}?`
  }
}

/** Finds the class of a name, at the finest level that knows it; one that is gone is only a name. */
function subjectFinder(taxonomy: Taxonomy): (label: string) => Choice {
  const fromFinest = taxonomy.levels
    .map((level, depth) => ({ indexOf: classIndex(level), choices: choicesOf(taxonomy, depth) }))
    .reverse()
  return (label) => {
    for (const { indexOf, choices } of fromFinest) {
      const found = choices[indexOf(label)]
      if (found) return found
    }
    return { name: label, aliases: [], description: null, within: null }
  }
}

function makeGuesser(taxonomy: Taxonomy): (probabilities: Float32Array, question: Question) => Guess | null {
  const membersOf = classMembers(taxonomy)
  return (probabilities, question) => {
    // Before anybody has answered, every class is as likely as the next: that is no guess.
    if (Math.max(...probabilities) - Math.min(...probabilities) < 1e-6) return null
    if (question.kind === 'verify') {
      const members = membersOf(question.label)
      const probability = probabilities.reduce((sum, p, y) => (members.has(y) ? sum + p : sum), 0)
      return { label: question.label, probability }
    }
    const level = question.kind === 'classify' ? levelNamed(taxonomy, question.level) : fineLevel(taxonomy)
    const sums = new Float64Array(level.classes.length)
    probabilities.forEach((p, y) => (sums[level.groupOf[y]!]! += p))
    const best = sums.indexOf(Math.max(...sums))
    return { label: level.classes[best]!.name, probability: sums[best]! }
  }
}
