/** Pictures and texts to vectors. @packageDocumentation */
export { makeBuiltinImageEncoder } from './builtin-image.ts'
export { makeBuiltinTextEncoder } from './builtin-text.ts'
export { encodeCached } from './cached-features.ts'
export type { EncodedItems, Encoder } from './encoder.ts'
export { openNpyFeatures } from './npy-features.ts'
export { openOnnxImageEncoder, type OnnxImageOptions } from './onnx-image.ts'
export { openEncoder } from './open-encoder.ts'
