/** Softmax heads on frozen features, fitted from whatever mixture of labels there is. @packageDocumentation */
export { labelEvidence } from './evidence.ts'
export { fitLinearHead, predictProbs, type LinearHead, type LinearHeadOptions } from './linear-head.ts'
export { dealFolds, fitOutOfFold, type OutOfFold } from './out-of-fold.ts'
export { prepareFeatures } from './prepare-features.ts'
