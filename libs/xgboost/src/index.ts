export { Booster } from './booster.js';
export { type Calibration } from './calibration.js';
export { XgboostError, XgboostUnavailableError } from './errors.js';
export { ALGORITHMS, type Algorithm, type TrainingParams, resolveParams } from './params.js';
export { Xgboost, openXgboost } from './xgboost.js';
export { type LabelledRows, type TrainingRequest } from './training/request.js';
