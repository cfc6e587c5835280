import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { parseArgs } from 'node:util'
import sharp from 'sharp'
import { openCache } from '../src/annotators/vlm/cache.ts'
import { makeGate } from '../src/annotators/vlm/traffic/gate.ts'
import { makeSender } from '../src/annotators/vlm/traffic/sender.ts'
import { makeVlm } from '../src/annotators/vlm/vlm.ts'
import { parseEndpoint } from '../src/annotators/vlm/wire/endpoint.ts'
import { askOpenQuestions } from '../src/campaign/ask.ts'
import { keepHeapModest } from '../src/cli/modest-heap.ts'
import type { Item } from '../src/core/item.ts'
import { makeRng } from '../src/core/rng.ts'
import { makeTaxonomy } from '../src/core/taxonomy.ts'
import { openSqliteStore } from '../src/store/sqlite-store.ts'
import type { Store } from '../src/store/store.ts'
import { matrix } from '../src/tensor/matrix.ts'

// How many answers a second a campaign gets from an endpoint that answers at once, in a process of its own on the same machine: every answer
// is a picture read, a prompt, a request, a reply kept, parsed, paid and in the ledger.

const usage = `Usage: npm run bench:vlm -- [--answers 10000] [--queued 100000] [--concurrency 64] [--classes 20] [--kilobytes 20]`
const count = { type: 'string' } as const
const { values } = parseArgs({
  options: {
    answers: count,
    queued: count,
    concurrency: count,
    classes: count,
    kilobytes: count,
    help: { type: 'boolean' },
    draw: count,
  },
})
if (values.help) {
  console.log(usage)
  process.exit(0)
}
const [answers, queued, concurrency, classes, kilobytes] = [
  Number(values.answers ?? 10_000),
  Number(values.queued ?? 100_000),
  Number(values.concurrency ?? 64),
  Number(values.classes ?? 20),
  Number(values.kilobytes ?? 20),
]
const warmUp = Math.min(1000, Math.floor(answers / 10))
const clock = { now: () => Date.now() }
const rng = makeRng(1, 'bench')

if (values.draw !== undefined) {
  await draw(values.draw, answers)
  process.exit(0)
}
keepHeapModest()
const folder = await mkdtemp(join(tmpdir(), 'labelwright-bench-'))
const endpoint = spawn(process.execPath, [join(import.meta.dirname, '../src/sample/instant-endpoint.ts')], {
  stdio: ['ignore', 'pipe', 'inherit'],
})
try {
  const [url] = (await once(createInterface(endpoint.stdout), 'line')) as [string]
  // A few more than are asked about: some are under way when it ends. Drawn elsewhere, so that drawing takes none of the memory.
  const pictures = String(answers + 16 * concurrency)
  execFileSync(process.execPath, [
    import.meta.filename,
    '--draw',
    folder,
    '--answers',
    pictures,
    '--kilobytes',
    String(kilobytes),
  ])
  const items = Array.from({ length: queued }, (_, i): Item => {
    return { id: `${i}.jpg`, source: { kind: 'image', path: `${folder}/${i}.jpg` }, labels: {} }
  })
  const taxonomy = makeTaxonomy(Array.from({ length: classes }, (_, i) => ({ name: `class ${i}` })))
  const store = await openSqliteStore(join(folder, 'ledger.sqlite'))
  await store.registerItems(items)
  await planAll(items, store)

  const price = {
    kind: 'tokens',
    inputPerMillion: 100_000,
    outputPerMillion: 400_000,
    tokensPerQuestion: { input: 300, output: 5 },
  } as const
  const connection = { provider: 'openai-compatible', endpoint: parseEndpoint(url), model: 'instant' } as const
  const transport = makeSender({ connection, gate: makeGate({ concurrency, clock, rng }), clock, rng })
  const cache = await openCache(join(folder, 'cache'))
  const vlm = makeVlm({
    id: 'vlm',
    model: 'instant',
    transport,
    cache,
    taxonomy,
    level: 'class',
    price,
    concurrency,
    seed: 1,
  })

  const controller = new AbortController()
  let [done, start, peak] = [0, 0, 0]
  const sampler = setInterval(() => (peak = Math.max(peak, process.memoryUsage().rss)), 20)
  const processor = { start: process.cpuUsage(), used: 0 }
  let end = 0
  const plan = {
    strategy: 'information',
    budget: 1e12,
    target: null,
    start: 0,
    auditItems: 0,
    rounds: 1,
    seed: 1,
  } as const
  const pool = { features: matrix(0, 1), folds: new Int32Array(0), k: classes }
  await askOpenQuestions(
    { store, items, taxonomy, pool, annotators: [vlm], plan },
    {
      clock,
      signal: controller.signal,
      onAnswer: () => {
        done++
        if (done === warmUp) [start, processor.start] = [performance.now(), process.cpuUsage()]
        if (done !== answers) return
        end = performance.now()
        const { user, system } = process.cpuUsage(processor.start)
        processor.used = (user + system) / 1000
        controller.abort()
      },
    },
  ).catch((thrown: unknown) => {
    if (!controller.signal.aborted) throw thrown
  })
  clearInterval(sampler)
  const measured = answers - warmUp
  const rate = measured / ((end - start) / 1000)
  const sent = (await (await fetch(new URL('/counts', url))).json()) as { requests: number; bytes: number }
  await store.close()
  console.log(
    `${answers} answers of ${queued} queued questions, pictures of ${kilobytes} KB, concurrency ${concurrency}, ${classes} classes.`,
  )
  console.log('| answers a second | aim | peak memory | aim | our processor time per answer | sent per answer |')
  console.log('| ---: | ---: | ---: | ---: | ---: | ---: |')
  console.log(
    `| ${Math.round(rate)} | ≥ 800 ${rate >= 800 ? 'ok' : '**missed**'} | ${Math.round(peak / 2 ** 20)} MB | < 400 MB ${peak < 400 * 2 ** 20 ? 'ok' : '**missed**'} ` +
      `| ${(processor.used / measured).toFixed(2)} ms | ${(sent.bytes / sent.requests / 1024).toFixed(1)} KB |`,
  )
} finally {
  endpoint.kill()
  await rm(folder, { recursive: true, force: true })
}

/** Pictures of noise, each with bytes of its own: the density in its header counts them. */
async function draw(into: string, pictures: number): Promise<void> {
  const side = Math.round(Math.sqrt(kilobytes * 1024 * 2.2))
  const noise = Buffer.from(Uint8Array.from({ length: side * side * 3 }, () => rng.below(256)))
  const drawn = sharp(noise, { raw: { width: side, height: side, channels: 3 } })
  let jpeg = await drawn.clone().jpeg({ quality: 90 }).toBuffer()
  for (let quality = 90; jpeg.length > kilobytes * 1024; quality -= 5) {
    jpeg = await drawn.clone().jpeg({ quality }).toBuffer()
  }
  for (let i = 0; i < pictures; i++) {
    jpeg.writeUInt32BE(i, 14)
    writeFileSync(join(into, `${i}.jpg`), jpeg)
  }
}

/** In a function of its own, so that the list is gone when it returns. */
async function planAll(items: readonly Item[], store: Store): Promise<void> {
  const question = { kind: 'classify', level: 'class' } as const
  await store.planRound(
    0,
    items.map((_, item) => ({ item, annotator: 'vlm', question, attempt: 0, reserved: 100, purpose: 'seed' })),
    Infinity,
  )
}
