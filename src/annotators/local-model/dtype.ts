/** How a model's weights are kept; each has files of its own. */
export const dtypes = ['fp32', 'fp16', 'q8', 'int8', 'uint8', 'q4', 'q4f16', 'bnb4'] as const

export type Dtype = (typeof dtypes)[number]

/** The file of one part of a model, e.g. `onnx/text_model_quantized.onnx`. */
export function onnxFile(part: string, dtype: Dtype): string {
  const suffix = dtype === 'fp32' ? '' : dtype === 'q8' ? '_quantized' : `_${dtype}`
  return `onnx/${part}${suffix}.onnx`
}
