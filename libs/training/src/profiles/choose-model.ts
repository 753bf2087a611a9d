import type { ModelDefinition } from '@app/features';
import type { FileColumns } from '../data/csv-header.js';
import { DatasetError } from '../data/dataset-error.js';
import type { WantedColumns } from '../data/table-file.js';
import { neededNames, optionalNames, planTable } from '../data/table-plan.js';

/** Nobody said which model a data set is for, and its columns do not say, either. */
export class ModelChoiceError extends Error {
  constructor(
    readonly code: 'no_model_fits' | 'several_models_fit',
    message: string,
  ) {
    super(message);
    this.name = 'ModelChoiceError';
  }
}

/** What a file is opened for to see which of the models it fits. */
export function neededOfAny(definitions: readonly ModelDefinition[]): WantedColumns {
  const [first, ...others] = definitions;
  return {
    names: definitions.flatMap((definition) => neededNames(definition)),
    optional: first !== undefined && others.length === 0 ? optionalNames(first) : [],
  };
}

/**
 * The model whose columns the file has. One that was asked for by name need not fit: then reading says what is missing.
 * @throws ModelChoiceError
 */
export function chooseModel(definitions: readonly ModelDefinition[], file: FileColumns): ModelDefinition {
  const [first, ...others] = definitions;
  if (first !== undefined && others.length === 0) return first;
  const fitting = definitions.filter((definition) => fits(definition, file));
  const [only, ...more] = fitting;
  if (only === undefined) {
    throw new ModelChoiceError(
      'no_model_fits',
      'The file has the columns of no model. Ask with ?model= what it lacks for one, or define a model for it.',
    );
  }
  if (more.length > 0) {
    const names = fitting.map(({ name }) => name).join(', ');
    throw new ModelChoiceError('several_models_fit', `The file has the columns of ${names}. Name one with ?model=.`);
  }
  return only;
}

function fits(definition: ModelDefinition, file: FileColumns): boolean {
  try {
    planTable(definition, file);
    return true;
  } catch (error) {
    if (error instanceof DatasetError) return false;
    throw error;
  }
}
