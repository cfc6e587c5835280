const [startOfImage, endOfImage, startOfScan] = [0xffd8, 0xffd9, 0xffda]
/** JFIF header, tables, restart interval, and the frames that every decoder knows: baseline, extended, progressive. */
const plainSegments = new Set([0xffe0, 0xffdb, 0xffc4, 0xffdd, 0xffc0, 0xffc1, 0xffc2])
const frames = new Set([0xffc0, 0xffc1, 0xffc2])

/**
 * The size of a whole JPEG that carries nothing but its picture: no EXIF, comment, colour profile or thumbnail, 8 bits, grey or colour.
 * Null for everything else.
 *
 * @see ITU-T T.81, annex B.
 */
export function plainJpegSize(file: Uint8Array): { readonly width: number; readonly height: number } | null {
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength)
  if (file.length < 4 || view.getUint16(0) !== startOfImage || view.getUint16(file.length - 2) !== endOfImage)
    return null
  let size: { readonly width: number; readonly height: number } | null = null
  for (let at = 2; at + 4 <= file.length; at += 2 + view.getUint16(at + 2)) {
    const marker = view.getUint16(at)
    if (marker === startOfScan) return size
    if (!plainSegments.has(marker) || view.getUint16(at + 2) < 2) return null
    if (!frames.has(marker)) continue
    if (at + 10 > file.length || file[at + 4] !== 8 || ![1, 3].includes(file[at + 9]!)) return null
    size = { height: view.getUint16(at + 5), width: view.getUint16(at + 7) }
  }
  return null
}
