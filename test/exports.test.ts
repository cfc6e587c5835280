import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import manifest from '../package.json' with { type: 'json' }

/** The names that users look for, by import path. */
const names: Readonly<Record<keyof typeof manifest.exports, readonly string[]>> = {
  './core': ['LabelwrightError', 'makeRng', 'makeTaxonomy', 'toMicros'],
  './tensor': ['argmaxRows', 'matrix', 'readNpy', 'readSafetensors', 'softmaxRows', 'writeNpy', 'writeSafetensors'],
  './formats': ['readClasses', 'readDataset', 'readTable', 'writeClasses', 'writeCsv', 'writeJsonl'],
  './store': ['openSqliteStore'],
  './encoders': ['encodeCached', 'makeBuiltinImageEncoder', 'makeBuiltinTextEncoder', 'openEncoder'],
  './annotators': ['makeHuman', 'makeOracle', 'makeVlm', 'readRecorded'],
  './channels': [
    'cohenKappa',
    'combine',
    'crowdlab',
    'dawidSkene',
    'earnWeights',
    'estimateChannel',
    'estimateHoc',
    'glad',
    'krippendorffAlpha',
    'mace',
    'majorityVote',
  ],
  './learners': ['fitLinearHead', 'fitOutOfFold', 'labelEvidence', 'predictProbs'],
  './strategies': ['badge', 'coreSet', 'information', 'margin', 'queryStrategies', 'strategyNames', 'subsample'],
  './curation': [
    'confidentJoint',
    'crossValidatedProbs',
    'findLabelIssues',
    'findNearDuplicates',
    'labelQuality',
    'simiFeat',
  ],
  './campaign': ['clopperPearsonLower', 'renderReport', 'renderSimulationReport', 'runCampaign', 'simulateCampaign'],
}

test.for(Object.entries(manifest.exports))('labelwright/%s has what users look for', async ([path, target]) => {
  const folder = path.slice('./'.length)
  expect(target).toEqual({ types: `./dist/${folder}/index.d.ts`, default: `./dist/${folder}/index.js` })
  const source = join(import.meta.dirname, '../src', folder, 'index.ts')
  expect(existsSync(source)).toBe(true)
  expect(Object.keys(await import(source))).toEqual(expect.arrayContaining([...names[path as keyof typeof names]]))
})
