import type { FieldError, ModelDefinition, Vectoriser } from '@app/features';
import type { Algorithm } from '@app/xgboost';

/** What is wrong with the directions asked for; `path` is the field in the request. Empty: all is well. */
export function checkMonotone(
  monotone: Readonly<Record<string, unknown>>,
  algorithm: Algorithm,
  { features }: ModelDefinition,
): FieldError[] {
  const asked = Object.entries(monotone);
  if (asked.length > 0 && algorithm === 'logistic_regression') {
    return [{ path: 'monotone', message: 'is not for a logistic_regression: leave it out, or train trees' }];
  }
  return asked.flatMap(([name, direction]): FieldError[] => {
    const path = `monotone.${name}`;
    const feature = features.find((each) => each.name === name);
    if (!feature) return [{ path, message: 'is not a feature of the model' }];
    if (feature.type === 'category') return [{ path, message: 'is a category, which neither rises nor falls' }];
    if (direction === -1 || direction === 0 || direction === 1) return [];
    return [{ path, message: 'must be 1 (never falls), -1 (never rises) or 0 (free)' }];
  });
}

/** A direction per input of the trained model; null: none was asked for. */
export function monotoneInputs(
  monotone: Readonly<Record<string, number>>,
  { inputs }: Pick<Vectoriser, 'inputs'>,
): Int8Array | null {
  const directions = Int8Array.from(inputs, ({ feature }) => monotone[feature] ?? 0);
  return directions.some((direction) => direction !== 0) ? directions : null;
}
