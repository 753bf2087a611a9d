/**
 * The part of XGBoost's C API that is used, in koffi's notation. Each function answers 0, or -1 when it failed. All
 * of them stand in versions 1.6 to 3.x. Pointers are `void *` and travel as plain addresses, so that a thread may
 * call what another one has prepared.
 */
export const SIGNATURES = {
  XGBSetGlobalConfig: ['str'],
  XGDMatrixCreateFromMat_omp: ['void *', 'uint64_t', 'uint64_t', 'float', 'void *', 'int'],
  XGDMatrixSetFloatInfo: ['void *', 'str', 'void *', 'uint64_t'],
  XGDMatrixFree: ['void *'],
  XGBoosterCreate: ['void *', 'uint64_t', 'void *'],
  XGBoosterFree: ['void *'],
  XGBoosterSetParam: ['void *', 'str', 'str'],
  XGBoosterSetAttr: ['void *', 'str', 'str'],
  XGBoosterUpdateOneIter: ['void *', 'int', 'void *'],
  XGBoosterBoostOneIter: ['void *', 'void *', 'void *', 'void *', 'uint64_t'],
  XGBoosterSlice: ['void *', 'int', 'int', 'int', 'void *'],
  XGBoosterPredictFromDMatrix: ['void *', 'void *', 'str', 'void *', 'void *', 'void *'],
  XGBoosterSaveModelToBuffer: ['void *', 'str', 'void *', 'void *'],
  XGBoosterLoadModelFromBuffer: ['void *', 'void *', 'uint64_t'],
} as const satisfies Record<string, readonly string[]>;

export type NativeFunction = keyof typeof SIGNATURES;
