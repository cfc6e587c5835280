import { readRecorded } from '../../annotators/recorded.ts'
import { LabelwrightError } from '../../core/error.ts'
import { fineLevel } from '../../core/taxonomy.ts'
import type { AnnotatorConfig, Config, OracleConfig, VlmConfig, ZeroShotConfig } from '../config.ts'
import { columnOf, levelOf } from '../open-annotators.ts'
import { amount } from '../words.ts'
import { castModel, type Casting } from './cast-model.ts'
import type { OraclePlayer, Player, SaidBefore } from './player.ts'
import type { Note, SimulationSettings } from './settings.ts'
import { knowing, noiseAt, type Stage } from './stage.ts'

/** Who plays, and what people should know about it. */
export interface Cast {
  readonly players: readonly Player[]
  readonly notes: readonly Note[]
}

/**
 * Casts simulated campaigns: people become oracles at their price, recordings and oracles are as they are, and models, which are never asked,
 * repeat what they have said in the project's ledger or are played with an assumed accuracy.
 *
 * @throws {@link LabelwrightError} `bad-option` where `assume` names no model; `bad-config`; what {@link readRecorded} throws.
 */
export async function castPlayers(stage: Stage): Promise<Cast> {
  const { config, settings } = stage
  checkAssumed(config, settings)
  const cast = await Promise.all(config.annotators.map((said) => castOne(said, stage)))
  return {
    players: cast.flatMap(({ player }) => player ?? []),
    notes: cast.flatMap(({ note }, i) => (note === undefined ? [] : [{ name: config.annotators[i]!.id, value: note }])),
  }
}

function checkAssumed({ annotators }: Config, { assume }: SimulationSettings): void {
  const models = annotators.filter(isModel).map(({ id }) => id)
  const stranger = Object.keys(assume).find((id) => !models.includes(id))
  if (stranger === undefined) return
  throw new LabelwrightError(
    'bad-option',
    `--assume names "${stranger}", which is no model of this project.`,
    models.length > 0
      ? `Its models are: ${models.join(', ')}.`
      : 'It has none; people, recordings and oracles play themselves.',
  )
}

function isModel(said: AnnotatorConfig): said is VlmConfig | ZeroShotConfig {
  return said.kind === 'vlm' || said.kind === 'zero-shot'
}

async function castOne(said: AnnotatorConfig, stage: Stage): Promise<Casting> {
  switch (said.kind) {
    case 'human':
      return { player: { ...knowing(said, fineLevel(stage.taxonomy).name, stage), trusted: said.trusted } }
    case 'oracle':
      return { player: castOracle(said, stage) }
    case 'recorded':
    case 'vlm':
    case 'zero-shot': {
      const level = levelOf(said, stage.whole).name
      if (!stage.taxonomy.levels.some(({ name }) => name === level)) {
        return { player: null, note: `left out: after --merge there is no level ${level}` }
      }
      return said.kind === 'recorded' ? castRecording(said, level, stage) : castModel(said, level, stage)
    }
  }
}

/** Oracles play people too, and err as these are told to; those that are not trusted err as they say themselves. */
function castOracle(said: OracleConfig, stage: Stage): OraclePlayer {
  const { taxonomy, settings, config } = stage
  const noise = said.trusted && settings.noise ? noiseAt(settings.noise, taxonomy, stage) : said.noise
  const column = columnOf(said, config.labels, stage.labelColumns)
  const { id, price, verifies, trusted } = said
  return { kind: 'oracle', id, price, verifies, trusted, taxonomy, column, noise }
}

async function castRecording(
  said: Extract<AnnotatorConfig, { kind: 'recorded' }>,
  level: string,
  { taxonomy, items }: Stage,
): Promise<Casting> {
  const itemIds = new Set(items.map(({ id }) => id))
  const { annotator, quarantined } = await readRecorded(said.answers, { ...said, level, taxonomy, itemIds })
  const answers: SaidBefore[] = []
  for (const item of items.filter((known) => annotator.knows(known))) {
    for (const question of annotator.questions) {
      const reply = await annotator.ask(item, question, AbortSignal.abort())
      answers.push({ item: item.id, question, reply })
    }
  }
  const { id, price, questions, verifies = false } = annotator
  return {
    player: { kind: 'recorded', id, price, questions, verifies, said: answers },
    ...(quarantined.length > 0 && { note: `${amount(quarantined.length, 'recorded row')} cannot be used` }),
  }
}
