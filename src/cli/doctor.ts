import { access, constants } from 'node:fs/promises'
import { availableParallelism, totalmem } from 'node:os'
import { resolve } from 'node:path'
import type { Command } from 'commander'
import { hubNameOf, openModelFiles } from '../annotators/local-model/model-files.ts'
import { checkEndpoint } from '../annotators/vlm/wire/check-endpoint.ts'
import { loadTransformers } from '../annotators/vlm/wire/load-transformers.ts'
import { listModels } from '../annotators/vlm/wire/list-models.ts'
import type { Connection } from '../annotators/vlm/wire/provider.ts'
import { LabelwrightError, messageOf } from '../core/error.ts'
import { readDataset } from '../formats/dataset.ts'
import { readConfig } from '../project/read-config.ts'
import type { Config, VlmConfig, ZeroShotConfig } from '../project/config.ts'
import { projectPaths } from '../project/paths.ts'
import { connectionOf, isRemote, type RemoteVlm } from '../project/model-connection.ts'
import { priceOf } from '../project/prices.ts'
import { amount } from '../project/words.ts'
import { makeKernel } from '../tensor/kernel.ts'
import { matrix } from '../tensor/matrix.ts'
import { onProject } from './options.ts'
import { clock } from './session.ts'
import { makeTerminal } from './terminal.ts'

interface Finding {
  readonly what: string
  readonly ok: boolean
  readonly found: string
}

export function addDoctor(program: Command): void {
  onProject(program.command('doctor'))
    .description(
      'check what is installed here and whether the project’s models can be reached; costs nothing without --ask',
    )
    .option('--ask', 'show each model a small red square and ask for its colour; costs a few hundred tokens each')
    .addHelpText('after', '\nExamples:\n  labelwright doctor --dir ./birds\n  labelwright doctor --dir ./birds --ask')
    .action(async ({ dir, json, ask }: { dir: string; json?: boolean; ask?: boolean }) => {
      const terminal = makeTerminal({ json: json ?? false })
      const findings = [...(await checkMachine()), ...(await checkProject(dir, ask ?? false))]
      for (const { what, ok, found } of findings) terminal.say(`${ok ? '✓' : '✗'} ${what.padEnd(16)} ${found}`)
      const healthy = findings.every(({ ok }) => ok)
      terminal.result({ healthy, findings })
      if (!healthy) process.exitCode = 1
    })
}

async function checkMachine(): Promise<Finding[]> {
  return [
    {
      what: 'node',
      ok: true,
      found: `${process.version}, ${availableParallelism()} threads, ${Math.round(totalmem() / 2 ** 30)} GiB of memory`,
    },
    await check('onnxruntime', async () => {
      const double = makeKernel((g) => ({ y: g.add(g.input('x', ['n', 'm']), g.input('x2', ['n', 'm'])) }))
      const one = matrix(1, 1, Float32Array.of(1))
      await double({ x: one, x2: one })
      return 'kernels run'
    }),
    await check('sharp', async () => {
      const { default: sharp } = await import('sharp')
      return `pictures decode (libvips ${sharp.versions.vips})`
    }),
    await check('sqlite', async () => {
      const { default: sqlite } = await import('node:sqlite')
      return Object.keys(sqlite).length ? 'ready' : 'empty'
    }),
  ]
}

async function checkProject(dir: string, ask: boolean): Promise<Finding[]> {
  const read = await readConfig(dir, process.env).catch((thrown: unknown) => thrown)
  if (read instanceof LabelwrightError && read.code === 'no-project') {
    return [{ what: 'project', ok: true, found: `none in ${resolve(dir)}; labelwright init makes one` }]
  }
  if (read instanceof Error) return [{ what: 'project', ok: false, found: read.message }]
  const config = read as Config
  const models = config.annotators.filter((annotator) => annotator.kind === 'vlm')
  const encoders = config.annotators.filter((annotator) => annotator.kind === 'zero-shot')
  let showsPictures = true
  const dataset = await check('dataset', async () => {
    const { items } = await readDataset(config.dataset)
    showsPictures = items[0]?.source.kind !== 'text'
    return `${amount(items.length, showsPictures ? 'picture' : 'text')} in ${config.dataset}`
  })
  const askOnce = askedOnce(showsPictures)
  return [
    { what: 'project', ok: true, found: `${config.annotators.length} annotators, strategy ${config.strategy}` },
    dataset,
    ...(await Promise.all(models.map((model) => checkModel(model, config, ask ? askOnce : null)))).flat(),
    ...(await Promise.all(encoders.map((said) => checkLocal(said, config.dir)))),
  ]
}

async function checkModel(said: VlmConfig, config: Config, ask: Ask | null): Promise<Finding[]> {
  const { id, replay } = said
  if (replay !== null) return [await check(id, () => access(replay, constants.R_OK).then(() => `replays ${replay}`))]
  if (!isRemote(said)) return [await checkLocal(said, config.dir)]
  const listed = check(id, async () => {
    const found = await findModel(connectionOf(said, process.env))
    await priceOf(said, config)
    return found
  })
  const asked = ask ? [check(`${id} asked`, async () => ask(said))] : []
  return Promise.all([listed, ...asked])
}

/** Nothing is fetched or loaded: that may take minutes. */
function checkLocal({ id, kind, model }: VlmConfig | ZeroShotConfig, dir: string): Promise<Finding> {
  return check(id, async () => {
    if (kind === 'vlm') await loadTransformers()
    if (hubNameOf(model) !== undefined) return `${model} runs in this process; fetched into ${projectPaths(dir).models}`
    await openModelFiles(model, { cacheDir: '' }).path('config.json')
    return `${model} runs in this process`
  })
}

async function findModel(connection: Connection): Promise<string> {
  const { endpoint, model } = connection
  const { hasModel, models, ms } = await listModels(connection, { clock, timeoutMs: 5000 })
  if (hasModel) return `${model} at ${endpoint.url}, listed in ${Math.round(ms)} ms`
  const some = models.slice(0, 5).join(', ') || 'none'
  throw new Error(`${endpoint.url} answers, but has no model ${model}; it has: ${some}`)
}

type Ask = (said: RemoteVlm) => Promise<string>

/** Asks annotators that are the same model behind the same address only once, since every question costs money. */
function askedOnce(showsPictures: boolean): Ask {
  const asked = new Map<string, Promise<string>>()
  return (said) => {
    const connection = connectionOf(said, process.env)
    const key = JSON.stringify([connection.provider, connection.endpoint.url, connection.model, said.apiKeyEnv])
    const answer = asked.get(key) ?? askModel(connection, said.timeoutMs, showsPictures)
    asked.set(key, answer)
    return answer
  }
}

async function askModel(connection: Connection, timeoutMs: number, mustSee: boolean): Promise<string> {
  const { sees, said, usage, ms, ...health } = await checkEndpoint(connection, { clock, timeoutMs })
  const found = [
    `answers in ${Math.round(ms)} ms`,
    health.followsSchema ? 'follows JSON schemas' : 'does not follow JSON schemas (is asked in words)',
    health.givesLogprobs ? 'gives log-probabilities' : 'gives no log-probabilities',
    usage ? `took ${usage.input} + ${usage.output} tokens` : 'does not count tokens',
  ].join(', ')
  if (!sees && mustSee)
    throw new Error(`${found}, but asked for the colour of a red square it said "${said}" (${health.finishReason})`)
  return found
}

async function check(what: string, attempt: () => Promise<string>): Promise<Finding> {
  try {
    return { what, ok: true, found: await attempt() }
  } catch (thrown) {
    return { what, ok: false, found: messageOf(thrown) }
  }
}
