import { eachBlock } from '../each-block.js';
import type { Targets } from './request.js';

/**
 * The loss of each round on rows that are not trained on, and when to stop.
 *
 * The loss is the log loss, the one that the trees minimise: a fraud counts `fraudWeight` times, as in training. Of the
 * average precision, XGBoost's `aucpr`, there are as few distinct values as there are frauds, and among a few hundred a
 * single one that changes its place moves it by more than a round's gain; its best round is luck. The log loss takes
 * every row into account, falls smoothly, and is what the probabilities are used for. It is computed here, from the
 * log-odds: XGBoost's own metric rounds 1 − p to float32, and answers in text.
 */
export class Validation {
  readonly losses: number[] = [];
  private best = 0;
  private readonly labels: Float32Array;
  private readonly weights: Float64Array;
  private readonly total: number;

  constructor(
    targets: Targets,
    fraudWeight: number,
    /** Rounds without a lower loss after which it is enough; 0: never. */
    private readonly patience: number,
  ) {
    this.labels = targets.labels;
    this.weights = Float64Array.from(
      targets.labels,
      (label, row) => (label === 1 ? fraudWeight : 1) * (targets.weights?.[row] ?? 1),
    );
    this.total = this.weights.reduce((sum, weight) => sum + weight, 0);
  }

  /** Takes the log-odds of the round that was just trained. */
  async add(logOdds: Float32Array): Promise<void> {
    const { labels, weights } = this;
    let sum = 0;
    await eachBlock(labels.length, (from, to) => {
      for (let row = from; row < to; row += 1) {
        const towardsWrong = labels[row] === 1 ? -(logOdds[row] ?? 0) : (logOdds[row] ?? 0);
        sum += (weights[row] ?? 0) * softplus(towardsWrong);
      }
    });
    this.losses.push(sum / this.total);
    if ((this.losses.at(-1) ?? 0) < (this.losses[this.best] ?? 0)) this.best = this.losses.length - 1;
  }

  get isEnough(): boolean {
    return this.patience > 0 && this.losses.length - 1 - this.best >= this.patience;
  }

  /** Rounds to keep: all of them where nothing was to be stopped, otherwise up to the one with the lowest loss. */
  get rounds(): number {
    return this.patience > 0 ? this.best + 1 : this.losses.length;
  }
}

/** ln(1 + eˣ), exact also where eˣ is beyond any number. */
function softplus(x: number): number {
  return Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)));
}
