export * from './compat.module.js';
export { SINGLE_ROUTES } from './single-routes.js';
export { INFERENCE_ERRORS, inferenceErrorContent } from './open-inference/inference-errors.js';
