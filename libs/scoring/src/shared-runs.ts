import { Injectable } from '@nestjs/common';
import type { Transaction } from '@app/features';
import type { LoadedVersion, OnnxModel } from '@app/model-registry';
import { isProbability } from './many.js';
import { ScoringMetrics } from './scoring-metrics.js';

/** Rows of one run at most; a turn of the event loop that has more makes several. */
const ROWS_PER_RUN = 128;
/** Of each model, so many arrays are kept for the runs to come. */
const SPARE_ARRAYS = 4;

/** Whoever waits for the probability of one transaction. One of the two is called, once. */
export interface Awaiting {
  predicted(probability: number): void;
  failed(error: unknown): void;
}

interface ModelRuns {
  /** What is gathered in this turn of the event loop, if it is not full. */
  next: Run | undefined;
  /** Inputs that earlier runs have given back. */
  readonly spare: Float32Array[];
}

/**
 * Requests that come in the same turn of the event loop share one ONNX run: of twenty rows it takes hardly longer than of
 * one. Each transaction is written straight into the run's inputs.
 */
@Injectable()
export class SharedRuns {
  /** Goes with its model, once that is unloaded and forgotten. */
  private readonly models = new WeakMap<OnnxModel, ModelRuns>();

  constructor(private readonly metrics: ScoringMetrics) {}

  /**
   * @param transaction one that fits the version
   * @param afterRun called once all that share the run have been told; the first one's is
   */
  predict(version: LoadedVersion, transaction: Transaction, awaiting: Awaiting, afterRun: () => void): void {
    const runs = this.runsOf(version.onnx);
    let run = runs.next;
    if (!run) {
      run = new Run(version, runs.spare.pop() ?? new Float32Array(ROWS_PER_RUN * version.vectoriser.width));
      runs.next = run;
      this.execute(runs, run, afterRun);
    }
    run.add(transaction, awaiting);
    if (run.rows === ROWS_PER_RUN) runs.next = undefined;
  }

  private runsOf(model: OnnxModel): ModelRuns {
    let runs = this.models.get(model);
    if (!runs) this.models.set(model, (runs = { next: undefined, spare: [] }));
    return runs;
  }

  /** Asks for the run now: ONNX Runtime begins it at the end of the turn. */
  private execute(runs: ModelRuns, run: Run, afterRun: () => void): void {
    const begins = (): void => {
      if (runs.next === run) runs.next = undefined;
    };
    void this.metrics
      .timeRun(run.version.definition.name, () => run.predict(begins))
      .then(
        (probabilities) => {
          run.tell(probabilities);
        },
        (error: unknown) => {
          run.fail(error);
        },
      )
      .finally(() => {
        if (runs.spare.length < SPARE_ARRAYS) runs.spare.push(run.inputs);
        afterRun();
      });
  }
}

/** One ONNX run, and who shares it. */
class Run {
  private readonly awaiting: Awaiting[] = [];

  constructor(
    readonly version: LoadedVersion,
    readonly inputs: Float32Array,
  ) {
    // From now on: the model may be replaced before the run begins.
    version.onnx.hold();
  }

  get rows(): number {
    return this.awaiting.length;
  }

  add(transaction: Transaction, awaiting: Awaiting): void {
    const { vectoriser } = this.version;
    vectoriser.write(transaction, this.inputs, this.rows * vectoriser.width);
    this.awaiting.push(awaiting);
  }

  /** @param begins called when no more can be added */
  async predict(begins: () => void): Promise<Float32Array> {
    const { onnx, vectoriser } = this.version;
    try {
      return await onnx.predictGathered(() => {
        begins();
        return { inputs: this.inputs.subarray(0, this.rows * vectoriser.width), rows: this.rows };
      });
    } finally {
      await onnx.letGo();
    }
  }

  tell(probabilities: Float32Array): void {
    for (const [row, awaiting] of this.awaiting.entries()) {
      const probability = probabilities[row] ?? NaN;
      // What is no probability must not get to decide, nor keep the others from theirs.
      if (isProbability(probability)) awaiting.predicted(probability);
      else awaiting.failed(new Error(`the model gave ${probability} for a probability`));
    }
  }

  fail(error: unknown): void {
    for (const awaiting of this.awaiting) awaiting.failed(error);
  }
}
