import type { DatabaseSync } from 'node:sqlite'
import { questionKey } from '../core/question.ts'
import type { Question } from '../core/question.ts'

/** Small integers that stand for annotators and questions in the ledger, remembered once seen. */
export interface Keys {
  /** The integer of an annotator, or undefined where it was never asked anything. */
  readonly annotator: (id: string) => number | undefined
  readonly question: (question: Question) => number | undefined
  readonly addAnnotator: (id: string) => number
  readonly addQuestion: (question: Question) => number
  readonly annotatorOf: (key: number) => string
  readonly questionOf: (key: number) => Question
  /** Forgets what was remembered, after a transaction that added some was rolled back. */
  readonly forget: () => void
}

/** A campaign may ask a different question about every item; what is remembered stays bounded. */
const remembered = 10_000

/** Makes the lookup of one connection. */
export function makeKeys(db: DatabaseSync): Keys {
  const findAnnotator = db.prepare('SELECT annotator AS key FROM annotators WHERE id = ?')
  const findQuestion = db.prepare('SELECT question AS key FROM questions WHERE key = ?')
  const insertAnnotator = db.prepare('INSERT INTO annotators (id) VALUES (?)')
  const insertQuestion = db.prepare('INSERT INTO questions (key, json) VALUES (?, ?)')
  const readAnnotator = db.prepare('SELECT id FROM annotators WHERE annotator = ?')
  const readQuestion = db.prepare('SELECT json FROM questions WHERE question = ?')

  const annotators = memo((id: string) => findAnnotator.get(id)?.['key'] as number | undefined)
  const questions = memo((key: string) => findQuestion.get(key)?.['key'] as number | undefined)
  const ids = memo((key: number) => String(readAnnotator.get(key)!['id']))
  const asked = memo((key: number) => JSON.parse(String(readQuestion.get(key)!['json'])) as Question)

  return {
    annotator: annotators.get,
    question: (question) => questions.get(questionKey(question)),
    addAnnotator: (id) => annotators.get(id) ?? Number(insertAnnotator.run(id).lastInsertRowid),
    addQuestion: (question) => {
      const key = questionKey(question)
      return questions.get(key) ?? Number(insertQuestion.run(key, JSON.stringify(question)).lastInsertRowid)
    },
    annotatorOf: ids.get,
    questionOf: asked.get,
    forget: () => [annotators, questions, ids, asked].forEach((each) => each.clear()),
  }
}

function memo<K, V>(find: (key: K) => V): { readonly get: (key: K) => V; readonly clear: () => void } {
  const known = new Map<K, V>()
  return {
    get: (key) => {
      const held = known.get(key)
      if (held !== undefined) return held
      const found = find(key)
      if (known.size >= remembered) known.clear()
      if (found !== undefined) known.set(key, found)
      return found
    },
    clear: () => known.clear(),
  }
}
