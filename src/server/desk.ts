import { randomUUID } from 'node:crypto'
import type { QueuedAnnotator } from '../annotators/annotator.ts'
import { openPicture } from '../annotators/vlm/picture.ts'
import type { Clock } from '../core/clock.ts'
import { LabelwrightError } from '../core/error.ts'
import { expectedCost } from '../core/price.ts'
import { questionKey } from '../core/question.ts'
import type { Project } from '../project/project.ts'
import type { Store } from '../store/store.ts'
import { type Circle, peopleOf } from './circle.ts'
import { answerReader } from './answer-reader.ts'
import { makeDescriber, type PageQuestion } from './questions.ts'
import type { AnswerRequest, QuestionsRequest, ReleaseRequest } from './requests.ts'
import { type Status, statusOf } from './status.ts'

/** Where people fetch their questions and hand in their answers. */
export interface Desk {
  readonly status: () => Promise<Status>
  readonly questions: (request: QuestionsRequest) => Promise<readonly PageQuestion[]>
  /** @returns False when the question had been answered before: the first answer stays. */
  readonly answer: (request: AnswerRequest) => Promise<boolean>
  readonly release: (request: ReleaseRequest) => Promise<void>
  /** An item's picture as JPEG. */
  readonly picture: (index: number) => Promise<Uint8Array<ArrayBuffer>>
}

/** So long nobody else gets a question that a page has fetched. */
const leaseMs = 5 * 60_000
const shown = { longestSide: 1024, quality: 88, format: 'jpeg' } as const

/**
 * Opens the desk of a project. Questions that an earlier server handed out and nobody answered can be fetched again at once.
 *
 * Its methods throw {@link LabelwrightError} `unknown-annotator`, `unknown-item`, `unknown-question`, `unknown-level`, `unknown-label` or
 * `unreadable-picture`.
 */
export async function openDesk(project: Project, circle: Circle, clock: Clock): Promise<Desk> {
  const { store, items, taxonomy } = project.campaign
  for (const person of peopleOf(project)) await store.reclaim(person)
  const ledger = await ledgerId(store)
  const describe = makeDescriber(project, ledger)
  const readAnswer = answerReader(taxonomy)
  return {
    status: () => statusOf(project, circle.standing(), ledger),
    questions: async ({ annotator, limit }) => {
      const { id } = personNamed(project, annotator)
      const claimed = await store.claim(id, { limit, now: clock.now(), leaseMs })
      const { posterior } = circle.standing()
      // People answer equal questions faster when they come in a row.
      const inRows = [...Map.groupBy(claimed, ({ question }) => questionKey(question)).values()].flat()
      return inRows.map((question) => describe(question, posterior))
    },
    answer: async ({ said, seconds, ...key }) => {
      const person = personNamed(project, key.annotator)
      if (key.item >= items.length) throw unknownItem(key.item, items.length)
      const answer = readAnswer(said)
      const added = await store.record([{ ...key, answer, cost: expectedCost(person.price, key.question), seconds }])
      if (added > 0) circle.nudge()
      return added > 0
    },
    release: ({ annotator, questions }) => {
      const { id } = personNamed(project, annotator)
      return store.release(questions.map((question) => ({ ...question, annotator: id })))
    },
    picture: async (index) => {
      const source = items[index]?.source
      if (!source || source.kind === 'text') throw unknownItem(index, items.length)
      try {
        const picture = await openPicture(source, shown)
        return new Uint8Array(await picture.encode())
      } catch (cause) {
        // Without the path, which may give the class away.
        throw new LabelwrightError(
          'unreadable-picture',
          `The picture of item ${index} cannot be read.`,
          'Replace its file.',
          { cause },
        )
      }
    },
  }
}

/** The same for the same ledger file, and never for another one. */
async function ledgerId(store: Store): Promise<string> {
  const known = await store.readNote('ledger-id')
  if (typeof known === 'string') return known
  const fresh = randomUUID()
  await store.writeNote('ledger-id', fresh)
  return fresh
}

function personNamed({ campaign }: Project, annotator: string): QueuedAnnotator {
  const person = campaign.annotators.find(({ id }) => id === annotator)
  if (person?.kind === 'queued') return person
  const people = campaign.annotators.flatMap(({ kind, id }) => (kind === 'queued' ? [id] : []))
  throw new LabelwrightError(
    'unknown-annotator',
    `Nobody who answers on the page is called "${annotator}".`,
    people.length > 0
      ? `These are: ${people.join(', ')}.`
      : 'Add one to labelwright.yaml, e.g. { id: anna, kind: human, hourly: 30 }.',
  )
}

function unknownItem(index: number, n: number): LabelwrightError {
  return new LabelwrightError(
    'unknown-item',
    `There is no such item ${index}.`,
    `The items are 0 to ${n - 1}; only pictures have a picture.`,
  )
}
