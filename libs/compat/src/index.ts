export * from './compat.module.js';
export * from './open-inference/error-form.js';
export { OpenInferenceFilter } from './open-inference/open-inference.filter.js';
