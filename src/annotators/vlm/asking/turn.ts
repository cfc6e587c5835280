import type { ClassSpec } from '../../../core/taxonomy.ts'
import type { Exchange } from '../exchange.ts'
import type { Reading } from '../reading/reading.ts'
import { makeVocabulary, type Vocabulary } from '../reading/vocabulary.ts'
import type { Prompt } from './prompt.ts'
import type { Step } from './way.ts'

/** A message, and how the reply to it is read. */
export interface Turn {
  readonly prompt: Prompt
  readonly read: (said: Exchange) => Reading
}

/** A way's only message: asks it, then answers with what the reply says. */
export function onlyTurn({ prompt, read }: Turn, said: readonly (readonly Exchange[])[]): Step {
  const reply = said[0]?.[0]
  return reply ? { kind: 'answer', reading: read(reply) } : { kind: 'ask', prompts: [prompt] }
}

const vocabularies = new WeakMap<readonly ClassSpec[], Vocabulary>()

/** The vocabulary of these classes; kept, because a level's classes are read against with every reply. */
export function vocabularyOf(classes: readonly ClassSpec[]): Vocabulary {
  const kept = vocabularies.get(classes) ?? makeVocabulary(classes)
  vocabularies.set(classes, kept)
  return kept
}
