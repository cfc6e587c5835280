import type { ChatRequest } from './chat-request.ts'
import { codesOfPrompt, lastNameIn, optionsOfPrompt, optionsOfSchema } from './label-options.ts'

/** What a request wants to know, and in which form. */
export interface Asked {
  /** The properties of the JSON object that the reply must be, in order; empty for plain text. */
  readonly properties: readonly string[]
  readonly task: Task
}

/**
 * - `choose`: one of the options, which are also called by these codes.
 * - `list`: the options that are present.
 * - `confirm`: yes or no to a family or species; null where the text names none.
 */
export type Task =
  | { readonly kind: 'choose'; readonly options: readonly string[]; readonly codes: readonly string[] }
  | { readonly kind: 'list'; readonly options: readonly string[] }
  | { readonly kind: 'confirm'; readonly name: string | null }

/** The properties that answer, by what they ask for. */
const tasks = { label: 'choose', labels: 'list', present: 'confirm', correct: 'confirm' } as const

/** Finds out what is asked, from the JSON schema of the reply; without one, from the words of the question. */
export function whatIsAsked({ schema, question, text }: ChatRequest): Asked {
  const properties = schema === null ? propertiesInWords(question) : propertiesOf(schema)
  const answering = properties.find(isAnswer)
  const inSchema = answering === undefined ? [] : optionsOfSchema(schema, answering)
  const places = [inSchema, optionsOfPrompt(question), optionsOfPrompt(text)]
  const options = places.find((found) => found.length > 0) ?? []
  switch (answering && tasks[answering]) {
    case 'list':
      return { properties, task: { kind: 'list', options } }
    case 'confirm':
      return { properties, task: { kind: 'confirm', name: lastNameIn(question) } }
    case 'choose':
      return { properties, task: { kind: 'choose', options, codes: options } }
    case undefined:
      return { properties, task: taskInWords(question, options) }
  }
}

function taskInWords(question: string, options: readonly string[]): Task {
  const codes = codesOfPrompt(question)
  if (codes.size > 0) return { kind: 'choose', options: [...codes.values()], codes: [...codes.keys()] }
  const yesOrNo = options.length === 0 && /\byes\b/i.test(question)
  return yesOrNo ? { kind: 'confirm', name: lastNameIn(question) } : { kind: 'choose', options, codes: options }
}

function isAnswer(property: string): property is keyof typeof tasks {
  return Object.hasOwn(tasks, property)
}

/** A label that lies deeper in the schema is given all the same, at the top. */
function propertiesOf(schema: unknown): string[] {
  const properties = Object.keys((schema as { properties?: object } | null)?.properties ?? {})
  return properties.some(isAnswer) ? properties : ['label']
}

/** The properties of a JSON reply that is only described, as in `Reply with {"label": …}`. */
function propertiesInWords(question: string): string[] {
  const named = Array.from(
    question.matchAll(/"(label|labels|present|correct|confidence|observations)"\s*:/g),
    ([, name]) => name!,
  )
  return named.some(isAnswer) ? [...new Set(named)] : []
}
