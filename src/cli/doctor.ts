import { access, constants } from 'node:fs/promises'
import { availableParallelism, totalmem } from 'node:os'
import { resolve } from 'node:path'
import type { Command } from 'commander'
import { checkEndpoint } from '../annotators/vlm/check-endpoint.ts'
import { LabelwrightError, messageOf } from '../core/error.ts'
import { readConfig } from '../project/read-config.ts'
import type { VlmConfig } from '../project/config.ts'
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
      'check what is installed here and whether the project’s models can be reached; asks nothing that costs money',
    )
    .addHelpText('after', '\nExample:\n  labelwright doctor --dir ./birds')
    .action(async ({ dir, json }: { dir: string; json?: boolean }) => {
      const terminal = makeTerminal({ json: json ?? false })
      const findings = [...(await checkMachine()), ...(await checkProject(dir))]
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

async function checkProject(dir: string): Promise<Finding[]> {
  const read = await readConfig(dir, process.env).catch((thrown: unknown) => thrown)
  if (read instanceof LabelwrightError && read.code === 'no-project') {
    return [{ what: 'project', ok: true, found: `none in ${resolve(dir)}; labelwright init makes one` }]
  }
  if (read instanceof Error) return [{ what: 'project', ok: false, found: read.message }]
  const config = read as Awaited<ReturnType<typeof readConfig>>
  const models = config.annotators.filter((annotator) => annotator.kind === 'vlm')
  return [
    { what: 'project', ok: true, found: `${config.annotators.length} annotators, strategy ${config.strategy}` },
    await check('dataset', () => access(config.dataset, constants.R_OK).then(() => config.dataset)),
    ...(await Promise.all(models.map(checkModel))),
  ]
}

function checkModel({ id, endpoint, model, apiKeyEnv }: VlmConfig): Promise<Finding> {
  return check(id, async () => {
    const apiKey = apiKeyEnv === null ? undefined : process.env[apiKeyEnv]
    const { hasModel, models, ms } = await checkEndpoint(endpoint, model, { clock, apiKey })
    if (!hasModel)
      throw new Error(
        `${endpoint} answers, but has no model ${model}; it has: ${models.slice(0, 5).join(', ') || 'none'}`,
      )
    return `${model} at ${endpoint}, listed in ${Math.round(ms)} ms`
  })
}

async function check(what: string, attempt: () => Promise<string>): Promise<Finding> {
  try {
    return { what, ok: true, found: await attempt() }
  } catch (thrown) {
    return { what, ok: false, found: messageOf(thrown) }
  }
}
