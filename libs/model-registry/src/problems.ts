import { Problem } from '@app/common';
import { tellUnmet } from './policies/apply-policy.js';
import type { Unmet } from './policies/cut-offs.js';

/** 404 */
export function noModel(name: string): Problem {
  return Problem.notFound(`The model "${name}"`);
}

/** 404 */
export function noVersion(model: string, version: number): Problem {
  return Problem.notFound(`Version ${version} of the model "${model}"`);
}

/** 409 */
export function modelExists(name: string): Problem {
  return new Problem(409, 'model_exists', `There is a model "${name}" already; definitions never change.`);
}

/** 409 */
export function noFormerChampion(model: string): Problem {
  return new Problem(409, 'no_former_champion', `"${model}" has had no champion before this one.`);
}

/** 409 */
export function versionBroken(version: number, cause: Error): Problem {
  return new Problem(409, 'version_broken', `Version ${version} cannot score: ${cause.message}.`, { cause });
}

/** 409: a policy needs more than the champion knows. */
export function policyNeedsTraining(version: number, unmet: Unmet): Problem {
  return new Problem(409, 'policy_needs_training', tellUnmet(version, unmet));
}

/** 422 */
export function nothingToSet(): Problem {
  return Problem.invalid([{ path: '', message: 'must have a setting to change, like {"mode": "manual"}' }]);
}

/** 503 */
export function noChampion(model: string): Problem {
  return Problem.unavailable('no_champion', `The model "${model}" has no champion yet: train it first.`, 10);
}

/** 503 */
export function championNotLoaded(model: string, version: number): Problem {
  const detail = `The champion of "${model}", version ${version}, cannot be loaded; the logs say why. Train another.`;
  return Problem.unavailable('champion_not_loaded', detail, 30);
}

/** Why a champion may not answer, as the docs page tells it. */
export function championAway(model: string): [Problem, ...Problem[]] {
  return [noChampion(model), championNotLoaded(model, 2)];
}
