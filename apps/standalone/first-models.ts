import { errorMessage } from '@app/common';
import { SIMULATED_MODELS, simulateCsv } from '@app/simulator';
import type { ApiClient } from './api-client.js';

/** Enough for a model that finds most simulated frauds, few enough for a quick first start. */
const ROWS = 20_000;
const SEED = 1;

/**
 * Trains a first version of each built-in model that has none, on simulated data, through the API and the queue. A
 * model whose training fails is left without a version, and the line says why.
 */
export async function trainFirstModels(
  client: Pick<ApiClient, 'modelsWithoutChampion' | 'upload' | 'train' | 'untilTrained'>,
  say: (line: string) => void,
  signal: AbortSignal,
): Promise<void> {
  const waiting = await client.modelsWithoutChampion();
  const models = SIMULATED_MODELS.filter((model) => waiting.includes(model));
  if (models.length === 0) return;
  say(`Training a first version of ${models.join(', ')} on ${ROWS.toLocaleString('en')} simulated rows each …`);
  // Asked for one after the other: the ids in the docs page's examples are those of a first start.
  let asked: Promise<unknown> = Promise.resolve();
  await Promise.all(
    models.map(async (model) => {
      const begun = performance.now();
      try {
        const training = asked.then(async () => {
          const dataset = await client.upload(`simulated-${model}.csv`, simulateCsv(model, { rows: ROWS, seed: SEED }));
          return client.train(model, dataset);
        });
        asked = training.catch(() => null);
        await client.untilTrained(await training);
        say(`  ${model}: version 1 ready after ${((performance.now() - begun) / 1000).toFixed(1)} s`);
      } catch (error) {
        signal.throwIfAborted();
        say(`  ${model}: no first version: ${errorMessage(error)}`);
      }
    }),
  );
}
