/** Those who answer questions at a price: people, vision-language models, recordings, oracles. @packageDocumentation */
export type { Annotator, ImmediateAnnotator, QueuedAnnotator } from './annotator.ts'
export { makeHuman, type HumanOptions } from './human.ts'
export { makeOracle, type Noise, type OracleOptions } from './oracle.ts'
export { readRecorded, type RecordedColumns, type RecordedOptions, type Recording } from './recorded.ts'
export { checkEndpoint, type EndpointCheck, type EndpointCheckOptions } from './vlm/check-endpoint.ts'
export type { Reading } from './vlm/parse.ts'
export { makeVlm, type VlmOptions } from './vlm/vlm.ts'
