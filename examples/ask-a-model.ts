import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openCache } from '../src/annotators/vlm/cache.ts'
import { makeGate } from '../src/annotators/vlm/traffic/gate.ts'
import { makeSender } from '../src/annotators/vlm/traffic/sender.ts'
import { makeVlm } from '../src/annotators/vlm/vlm.ts'
import { parseEndpoint } from '../src/annotators/vlm/wire/endpoint.ts'
import type { Item } from '../src/core/item.ts'
import { fromMicros, toMicros } from '../src/core/money.ts'
import type { Price } from '../src/core/price.ts'
import { makeRng } from '../src/core/rng.ts'
import { readClasses } from '../src/formats/classes.ts'
import { startDemoVlm } from '../src/sample/demo-vlm.ts'
import { drawMeadow } from '../src/sample/meadow.ts'

// One picture, one model, one question; then the same question again, which sends nothing.
// Run: node examples/ask-a-model.ts (Node 22.18 or newer)

const clock = { now: () => Date.now() }
const folder = await mkdtemp(join(tmpdir(), 'labelwright-example-'))
const server = await startDemoVlm({ seed: 1 }) // yours is at e.g. http://localhost:8000/v1
try {
  const { classes } = await drawMeadow({ seed: 2, count: 1, dir: folder })
  const taxonomy = await readClasses(classes)

  const gate = makeGate({ concurrency: 4, requestsPerMinute: 600, clock, rng: makeRng(1, 'gate') })
  const connection = {
    provider: 'openai-compatible',
    endpoint: parseEndpoint(server.url),
    model: server.model,
  } as const
  const cache = await openCache(join(folder, 'replies'))
  const price: Price = {
    kind: 'tokens',
    inputPerMillion: toMicros(0.1),
    outputPerMillion: toMicros(0.4),
    tokensPerQuestion: { input: 1000, output: 20 },
  }
  const model = makeVlm({
    id: 'glance',
    model: server.model,
    transport: makeSender({ connection, gate, clock, rng: makeRng(1, 'retries') }),
    cache,
    taxonomy,
    level: 'family',
    price,
    prompt: 'direct',
    confidence: 'logprobs',
    seed: 1,
  })

  const item: Item = { id: '1', source: { kind: 'image', path: join(folder, 'images/0001.jpg') }, labels: {} }
  for (const time of ['first', 'second']) {
    const signal = AbortSignal.timeout(60_000)
    const { answer, cost, how } = await model.ask(item, { kind: 'classify', level: 'family' }, signal)
    console.log(`${time} time, ${server.requests()} request sent:`, answer)
    console.log(`  ${fromMicros(cost)} EUR,`, how)
  }
  cache.close()
} finally {
  await server.close()
  await rm(folder, { recursive: true })
}
