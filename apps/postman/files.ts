import type { OpenAPIObject } from '@nestjs/swagger';
import { isSimulatedModel, simulateCsv } from '@app/simulator';
import { collectionOf } from './collection.js';
import type { Environment } from './format.js';
import { readOperations, routeOf } from './operation.js';

const ENVIRONMENT: Environment = {
  name: 'Fraud scoring, local',
  values: [
    { key: 'base_url', value: 'http://127.0.0.1:3000', type: 'default', enabled: true },
    { key: 'api_key', value: '', type: 'secret', enabled: true },
  ],
  _postman_variable_scope: 'environment',
};

/** Enough to train on, few enough to look at. */
const SAMPLE = { rows: 300, seed: 3, fraudShare: 0.1 };

/** The files of `docs/postman`, by name. The same document gives the same bytes. */
export function postmanFiles(document: OpenAPIObject): Record<string, string> {
  const model = trainedModel(document);
  const sample = `${model}-sample.csv`;
  return {
    'fraud-scoring.postman_collection.json': json(collectionOf(document, sample)),
    'local.postman_environment.json': json(ENVIRONMENT),
    [sample]: [...simulateCsv(model, SAMPLE)].join(''),
  };
}

/** The model that the document's example trains. */
function trainedModel(document: OpenAPIObject): Parameters<typeof simulateCsv>[0] {
  const train = readOperations(document).find((operation) => routeOf(operation) === 'POST /v1/models/{model}/train');
  const model = String(train?.parameters.find(({ name }) => name === 'model')?.example);
  if (!isSimulatedModel(model)) throw new Error(`there is no simulated file for ${model} to train on`);
  return model;
}

function json(value: object): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}
