import { mkdir, rm, writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import type { Command } from 'commander'
import { configFileName } from '../project/config.ts'
import { startDemoVlm } from '../sample/demo-vlm.ts'
import { drawMeadow } from '../sample/meadow.ts'
import { runLabel } from './label-run.ts'
import { wholeNumber } from './options.ts'
import { serve } from './serve.ts'
import { open, stoppingNote, untilInterrupted } from './session.ts'
import { makeTerminal } from './terminal.ts'

interface DemoOptions {
  readonly dir: string
  readonly seed: number
  readonly pictures: number
  readonly serve: boolean
  readonly json?: boolean
}

export function addDemo(program: Command): void {
  program
    .command('demo')
    .description('draw a meadow of insects, let a small VLM and a simulated person label it, and show the report')
    .option('-d, --dir <folder>', 'where to put the project; what an earlier demo left there is replaced', 'demo')
    .option('--seed <n>', 'another seed, another meadow', wholeNumber(0), 1)
    .option('--pictures <n>', 'how many pictures', wholeNumber(50), 2000)
    .option('--no-serve', 'do not open the page at the end')
    .option('--json', 'print one JSON object on stdout, everything else on stderr')
    .addHelpText('after', '\nExample:\n  labelwright demo --dir ./meadow --pictures 500 --seed 2')
    .action(runDemo)
}

async function runDemo({ dir, seed, pictures, serve: wantsPage, json }: DemoOptions): Promise<void> {
  const terminal = makeTerminal({ json: json ?? false })
  const folder = resolve(dir)
  await clear(folder)
  terminal.say('A meadow of insects: 40 species in 8 families, drawn here, nothing downloaded.')
  const drawing = terminal.progress('drawing', pictures)
  await drawMeadow({ seed, count: pictures, dir: folder, onProgress: (done) => drawing.to(done) })
  drawing.end()

  let training: ReturnType<typeof terminal.progress> | undefined
  const vlm = await startDemoVlm({
    seed,
    onProgress: (done, total) => (training ??= terminal.progress('teaching the VLM', total)).to(done),
  })
  training?.end()
  try {
    await writeFile(join(folder, configFileName), demoConfig(vlm.url, vlm.model, seed))
    const project = await open(folder, terminal)
    try {
      await runLabel(project, terminal, untilInterrupted(stoppingNote))
    } finally {
      await project.close()
    }
  } finally {
    await vlm.close()
  }
  if (wantsPage && process.stdout.isTTY && !json) return serve(folder, { json: false, port: 0, host: '127.0.0.1' })
  terminal.say(`Page:   labelwright serve --dir ${folder}   (here: npm run labelwright -- serve --dir ${folder})`)
}

/** A demo's folder is made again from scratch; any other folder is left alone. */
async function clear(folder: string): Promise<void> {
  for (const part of ['.labelwright', 'images', 'manifest.csv', 'classes.yaml', configFileName, 'report.html']) {
    await rm(join(folder, part), { recursive: true, force: true })
  }
  await mkdir(folder, { recursive: true })
}

function demoConfig(endpoint: string, model: string, seed: number): string {
  return `# The sample world: pictures of insects, a small VLM with short sight, and a simulated person.
dataset: ./manifest.csv
classes: ./classes.yaml
labels: { truth: species } # known here, because the pictures were drawn; only the simulated person and the measurements see it

annotators:
  - { id: person, kind: oracle, labels: species, hourly: 30, seconds: { classify: 8, verify: 2 } }
  # One model, asked two ways. It listens only while the demo runs.
  - { id: glance-family, kind: vlm, endpoint: "${endpoint}", model: ${model}, level: family, price: { input: 0.10, output: 0.40 } }
  - { id: glance-species, kind: vlm, endpoint: "${endpoint}", model: ${model}, level: species, price: { input: 0.10, output: 0.40 } }

strategy: information
budget: { amount: 30, currency: EUR } # a person alone would take 133 EUR for all pictures
# target: { accuracy: 0.95, confidence: 0.95 } # stop as soon as an audit certifies this
seed: ${seed}
`
}
