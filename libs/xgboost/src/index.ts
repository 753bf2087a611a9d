export { Booster } from './booster.js';
export { type Calibration, calibrate, calibratedContributions, calibrateLogOdds } from './calibration.js';
export { XgboostError, XgboostUnavailableError } from './errors.js';
export { clipLogOdds, logOddsOf, MAX_LOG_ODDS, probabilitiesOf } from './log-odds.js';
export { ALGORITHMS, type Algorithm, type TrainingParams, resolveParams } from './params.js';
export { Xgboost, openXgboost } from './xgboost.js';
export { type LabelledRows, type TrainingRequest } from './training/request.js';
