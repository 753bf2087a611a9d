import koffi from 'koffi';

/** Copies `length` 32-bit floats out of native memory. */
export function copyFloats(address: bigint, length: number): Float32Array {
  const copy = new Float32Array(length);
  if (length > 0) copy.set(new Float32Array(koffi.view(address, length * Float32Array.BYTES_PER_ELEMENT)));
  return copy;
}

/** Copies `length` bytes out of native memory. */
export function copyBytes(address: bigint, length: number): Uint8Array {
  const copy = new Uint8Array(length);
  if (length > 0) copy.set(new Uint8Array(koffi.view(address, length)));
  return copy;
}
