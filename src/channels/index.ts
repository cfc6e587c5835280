/** How annotators err, estimated from trusted labels, and how their answers combine into a posterior. @packageDocumentation */
export { estimateChannel, trustedRows, type Channel, type ChannelOptions } from './channel.ts'
export { addEvidence, combine } from './combine.ts'
export { earnWeights, smoothProbs, type EarnedWeights, type EarnedWeightsOptions } from './earned-weights.ts'
export { columnReader, columnsAt, type Testimony } from './testimony.ts'
