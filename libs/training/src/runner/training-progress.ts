import type { TrainingStage } from '../jobs/training-job.entity.js';
import { type Claim, JobLost, type TrainingJobsStore } from '../jobs/training-jobs.store.js';

/** The share of the whole that is done when a stage begins, and when it ends. */
const SPANS: Record<TrainingStage, readonly [number, number]> = {
  queued: [0, 0],
  fetching: [0, 0.1],
  reading: [0.1, 0.2],
  searching: [0.2, 0.7],
  training: [0.2, 0.9],
  evaluating: [0.9, 1],
  done: [1, 1],
};

const BEAT_MILLISECONDS = 1_000;

/**
 * The share of the whole job, 0 to 1, when `fraction` of a stage is done.
 * @param begun the share that was done before the stage: a search leaves the training less to do
 */
export function overallProgress(stage: TrainingStage, fraction: number, begun = 0): number {
  const [first, to] = SPANS[stage];
  const from = Math.min(Math.max(first, begun), to);
  return from + (to - from) * Math.min(1, Math.max(0, fraction));
}

/** Shows how far a job is, and by the same stroke that its worker lives. Aborts when the job is another's by now. */
export class TrainingProgress {
  private stage: TrainingStage = 'fetching';
  /** The share of the whole that was done when the stage began. */
  private begun = 0;
  private fraction = 0;
  private beating = false;
  private since = performance.now();
  private readonly seconds: Record<string, number> = {};
  private readonly timer: NodeJS.Timeout;

  constructor(
    private readonly jobs: TrainingJobsStore,
    private readonly claim: Claim,
    private readonly abort: AbortController,
  ) {
    this.timer = setInterval(() => void this.beat(), BEAT_MILLISECONDS);
  }

  /** A stage begins. */
  enter(stage: TrainingStage): void {
    Object.assign(this.seconds, this.elapsed());
    this.since = performance.now();
    this.begun = overallProgress(this.stage, 1, this.begun);
    this.stage = stage;
    this.fraction = 0;
    void this.beat();
  }

  /** Seconds per stage so far, to the millisecond. */
  elapsed(): Record<string, number> {
    return { ...this.seconds, [this.stage]: Math.round(performance.now() - this.since) / 1_000 };
  }

  /** Within the stage, 0 to 1. */
  advance(fraction: number): void {
    this.fraction = fraction;
  }

  /** No more beats. */
  stop(): void {
    clearInterval(this.timer);
  }

  /** A beat that cannot be written is left out: when too many are, another worker takes the job on. */
  private async beat(): Promise<void> {
    if (this.beating) return;
    this.beating = true;
    try {
      const ours = await this.jobs.beat(this.claim, this.stage, overallProgress(this.stage, this.fraction, this.begun));
      if (!ours) this.abort.abort(new JobLost(this.claim.id));
    } catch {
      // The database is away; the job goes on and ends, or is lost, when it is back.
    } finally {
      this.beating = false;
    }
  }
}
