/** Models that learn from whatever mixture of labels there is: softmax heads on frozen features above all. @packageDocumentation */
export { cacheHead, type CacheHeadOptions } from './cache-head.ts'
export { calibrateTemperature, expectedCalibrationError } from './calibration.ts'
export { chooseL2, type ChosenL2 } from './choose-l2.ts'
export type { ClassTexts } from './class-texts.ts'
export { balancedWeights } from './class-weights.ts'
export { coarseEvidence } from './coarse-evidence.ts'
export { contrastiveTuning, type ContrastiveTuningOptions } from './contrastive-tuning.ts'
export { labelEvidence } from './evidence.ts'
export { externalLearner } from './external-learner.ts'
export type { ExternalTask } from './external-task.ts'
export { runExternalTrainer, type ExternalResult, type ExternalTrainer } from './external-trainer.ts'
export { fitTerms, type FitOptions } from './fit-terms.ts'
export { evidenceTerm, softLabelTerm, type LossTerm, type SoftLabels } from './head-loss.ts'
export type { Learner, LearningTask, Predictor } from './learner.ts'
export { learners, linearLearner } from './learners.ts'
export { fitLinearHead, predictProbs, type LinearHead, type LinearHeadOptions } from './linear-head.ts'
export {
  fitLinkedHeads,
  predictLinked,
  type LinkedHeads,
  type LinkedHeadsOptions,
  type LinkedProbs,
  type TwoLevelLabels,
} from './linked-heads.ts'
export { fitMlpHead, mlpLearner, predictMlpProbs, type MlpHeadOptions } from './mlp-head.ts'
export type { MlpHead } from './mlp-loss.ts'
export { nearestClassMean, type NearestClassMeanOptions } from './nearest-class-mean.ts'
export { dealFolds, fitOutOfFold, type OutOfFold } from './out-of-fold.ts'
export { preparedHeadOptions, prepareFeatures } from './prepare-features.ts'
export { promptVectors, type PromptVectorsOptions } from './prompt-vectors.ts'
export { backwardTerm, generalizedCrossEntropyTerm } from './robust-loss.ts'
export type { Command } from './run-command.ts'
export { textProbe, type TextProbeOptions } from './text-probe.ts'
export type { BatchTraining } from './train-in-batches.ts'
