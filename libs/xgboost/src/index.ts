export { Booster } from './booster.js';
export { XgboostError, XgboostUnavailableError } from './errors.js';
export type { OnnxNaming } from './onnx/model-to-onnx.js';
export {
  ALGORITHMS,
  type Algorithm,
  type ParamName,
  type ResolvedParams,
  type TrainingParams,
  resolveParams,
} from './params.js';
export type { TrainingRequest } from './training/train.js';
export { Xgboost, openXgboost } from './xgboost.js';
