import './no-telemetry.js';
import { createHash } from 'node:crypto';
import { errorMessage } from '@app/common';
import { InferenceSession, Tensor } from 'onnxruntime-node';

/** The bytes of a version are not what they were, or cannot score. */
export class BrokenArtifactError extends Error {}

const NOTHING = new Tensor('float32', new Float32Array(0), [0, 0]);

/** An ONNX artefact of ours: input `features` [n, width], output `probability` [n, 1], both float32. */
export class OnnxModel {
  private running = 0;
  private retired = false;

  private constructor(
    private readonly session: InferenceSession,
    readonly width: number,
  ) {}

  /**
   * @param sha256 what the artefact's bytes must hash to, in hex
   * @throws BrokenArtifactError when the bytes are not those, not a model, or a model that cannot score
   */
  static async load(artifact: Uint8Array, sha256: string, width: number): Promise<OnnxModel> {
    const found = createHash('sha256').update(artifact).digest('hex');
    if (found !== sha256)
      throw new BrokenArtifactError(`the artefact is corrupt: its SHA-256 is ${found}, not ${sha256}`);
    const session = await open(artifact);
    const model = new OnnxModel(session, width);
    try {
      await model.prove();
    } catch (cause) {
      await session.release();
      throw new BrokenArtifactError(`the artefact cannot score: ${errorMessage(cause)}`, { cause });
    }
    return model;
  }

  /** Probabilities of fraud, one per row. `inputs` is row-major, `rows × width`. */
  predict(inputs: Float32Array, rows: number): Promise<Float32Array> {
    return this.whileLoaded(async () => {
      const features = new Tensor('float32', inputs, [rows, this.width]);
      return probabilitiesOf(await this.session.run({ features }));
    });
  }

  /**
   * The same for rows that are still being gathered: they are asked for when the run begins, at the end of this turn of the
   * event loop. Whoever calls holds the model.
   */
  async predictGathered(
    gathered: () => { readonly inputs: Float32Array; readonly rows: number },
  ): Promise<Float32Array> {
    const feeds = { features: NOTHING };
    // ONNX Runtime reads them in a `setImmediate` of its own, which comes right after this one.
    setImmediate(() => {
      const { inputs, rows } = gathered();
      feeds.features = new Tensor('float32', inputs, [rows, this.width]);
    });
    return probabilitiesOf(await this.session.run(feeds));
  }

  /** Runs work of several predictions, between which an `unload` must not take the session away. */
  async whileLoaded<T>(work: () => Promise<T>): Promise<T> {
    this.hold();
    try {
      return await work();
    } finally {
      await this.letGo();
    }
  }

  /** Keeps the session from being taken away until `letGo`. @throws Error when it was already */
  hold(): void {
    if (this.retired && this.running === 0) throw new Error('the model was unloaded');
    this.running += 1;
  }

  async letGo(): Promise<void> {
    this.running -= 1;
    await this.releaseWhenIdle();
  }

  /** Gives the session's memory back once the predictions under way are done. None may begin after. */
  async unload(): Promise<void> {
    this.retired = true;
    await this.releaseWhenIdle();
  }

  /** Scores one row: what fails or gives no probability must not get to decide. */
  private async prove(): Promise<void> {
    const probabilities = await this.predict(new Float32Array(this.width), 1);
    const [probability = NaN] = probabilities;
    if (probabilities.length !== 1 || !(probability >= 0 && probability <= 1)) {
      throw new Error(`the artefact gives ${probabilities.length} figures for one row, the first ${probability}`);
    }
  }

  private async releaseWhenIdle(): Promise<void> {
    if (this.retired && this.running === 0) await this.session.release();
  }
}

function probabilitiesOf({ probability }: InferenceSession.ReturnType): Float32Array {
  if (!(probability?.data instanceof Float32Array)) throw new Error('the artefact gave no probabilities');
  return probability.data;
}

async function open(artifact: Uint8Array): Promise<InferenceSession> {
  try {
    return await InferenceSession.create(artifact, {
      intraOpNumThreads: 1,
      interOpNumThreads: 1,
      executionMode: 'sequential',
      logSeverityLevel: 3,
    });
  } catch (cause) {
    throw new BrokenArtifactError(`the artefact is no model: ${errorMessage(cause)}`, { cause });
  }
}

/** Rows per run: long enough to be fast, short enough to leave the event loop to others in between. */
const ROWS_PER_RUN = 8_192;

/** `predict` for many rows, in runs between which the event loop is free. */
export async function predictInRuns(model: OnnxModel, inputs: Float32Array, rows: number): Promise<Float32Array> {
  const probabilities = new Float32Array(rows);
  for (let start = 0; start < rows; start += ROWS_PER_RUN) {
    const count = Math.min(ROWS_PER_RUN, rows - start);
    const run = inputs.subarray(start * model.width, (start + count) * model.width);
    probabilities.set(await model.predict(run, count), start);
  }
  return probabilities;
}
