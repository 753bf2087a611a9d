/** `npm run simulate`: writes simulated transactions to a CSV file. */
import { createWriteStream } from 'node:fs';
import { Readable, Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { parseArgs } from 'node:util';
import { errorMessage } from '@app/common';
import {
  isSimulatedModel,
  SIMULATED_MODELS,
  simulateCsv,
  type SimulatedModel,
  type SimulationOptions,
} from '@app/simulator';

const USAGE = `Usage: npm run simulate -- --model <model> --rows <n> --out <file> [--seed <n>] [--fraud-share <0…1>]

  --model        ${SIMULATED_MODELS.join(', ')}
  --rows         rows to write, without the header
  --out          the file; - for standard output
  --seed         same seed, same file (default 1)
  --fraud-share  share of frauds (default: the model's own)`;

interface Wish {
  readonly model: SimulatedModel;
  readonly options: SimulationOptions;
  readonly out: string;
}

class UsageError extends Error {}

try {
  const { model, options, out } = readArguments(process.argv.slice(2));
  const frauds = await write(simulateCsv(model, options), out);
  console.error(`${options.rows} rows of ${model}, ${frauds} of them frauds`);
} catch (error) {
  if (!(error instanceof Error)) throw error;
  const usage = error instanceof UsageError || error instanceof RangeError || 'code' in error;
  console.error(usage ? error.message : error);
  if (error instanceof UsageError) console.error(`\n${USAGE}`);
  process.exitCode = 1;
}

function readArguments(args: string[]): Wish {
  const values = parse(args);
  const { model = '', out } = values;
  if (!isSimulatedModel(model)) throw new UsageError(`--model must be one of ${SIMULATED_MODELS.join(', ')}`);
  if (out === undefined) throw new UsageError('--out is missing: a file, or - for standard output');
  const share = values['fraud-share'];
  return {
    model,
    out,
    options: {
      rows: number('--rows', values.rows),
      seed: number('--seed', values.seed),
      ...(share !== undefined && { fraudShare: number('--fraud-share', share) }),
    },
  };
}

function parse(args: string[]) {
  const text = { type: 'string' } as const;
  try {
    return parseArgs({
      args,
      options: { model: text, rows: text, out: text, seed: { ...text, default: '1' }, 'fraud-share': text },
    }).values;
  } catch (error) {
    throw new UsageError(errorMessage(error));
  }
}

function number(name: string, text: string | undefined): number {
  if (text === undefined || text.trim() === '' || !Number.isFinite(Number(text))) {
    throw new UsageError(`${name} must be a number`);
  }
  return Number(text);
}

/** @returns how many frauds were written */
async function write(chunks: Iterable<string>, out: string): Promise<number> {
  let frauds = 0;
  const count = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      // The label is the last column, and a chunk is whole lines.
      frauds += chunk.toString('latin1').match(/,1\n/g)?.length ?? 0;
      done(null, chunk);
    },
  });
  const target = out === '-' ? process.stdout : createWriteStream(out);
  await pipeline(Readable.from(chunks), count, target, { end: out !== '-' });
  return frauds;
}
