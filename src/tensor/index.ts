/** Row-major matrices, their files (`.npy`, `.safetensors`), and formulas compiled to native kernels. @packageDocumentation */
export { loadRuntime, makeKernel, type Kernel } from './kernel.ts'
export { argmaxRows, gatherRows, matrix, row, softmaxRows, type Matrix } from './matrix.ts'
export { readNpy, writeNpy } from './npy.ts'
export { buildModel, type Dimension, type GraphBuilder, type Value } from './onnx/graph.ts'
export { readSafetensors, writeSafetensors, type SafetensorsFile } from './safetensors.ts'
export { matmul, principalSubspace } from './subspace.ts'
