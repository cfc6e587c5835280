import { writeSync } from 'node:fs'
import { LabelwrightError } from '../core/error.ts'
import { openSqliteStore } from './sqlite-store.ts'

// A process of `sqlite-processes.test.ts`: sets a small campaign up, where nobody has yet, and answers until nothing is open.
// Arguments: the file, the number of items, the time. Prints an item's index once its answer was acknowledged.

const [path, count, now] = [process.argv[2]!, Number(process.argv[3]), Number(process.argv[4])]
const reserved = 10

try {
  const store = await openSqliteStore(path)
  const items = Array.from({ length: count }, (_, i) => `item-${i}`)
  await store.registerItems(items.map((id) => ({ id, source: { kind: 'text', text: id }, labels: {} })))
  const key = { annotator: 'bot', question: { kind: 'classify', level: 'class' }, attempt: 0 } as const
  await store.planRound(
    0,
    items.map((_, item) => ({ ...key, item, reserved, purpose: 'seed' })),
    count * reserved,
  )

  const answerAll = async (): Promise<void> => {
    for (;;) {
      const claimed = await store.claim('bot', { limit: 3, now, leaseMs: 1 })
      if (claimed.length === 0) return
      for (const question of claimed) {
        const answer = { kind: 'label', label: 'bee' } as const
        await store.record([{ ...question, answer, cost: question.item % reserved, seconds: null }])
        // Written past Node's buffers: what the test reads was acknowledged before the process could be killed.
        writeSync(1, `${question.item}\n`)
      }
    }
  }
  await Promise.all([answerAll(), answerAll()])
  await store.close()
} catch (thrown) {
  writeSync(2, thrown instanceof LabelwrightError ? thrown.code : String(thrown))
  process.exitCode = 1
}
