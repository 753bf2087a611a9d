export * from './compat.module.js';
export { INFERENCE_ERRORS, inferenceErrorContent } from './open-inference/inference-errors.js';
