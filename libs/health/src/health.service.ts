import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { Champions, VersionsService } from '@app/model-registry';
import { TrainingQueue } from '@app/training';
import { DataSource } from 'typeorm';
import { Draining } from './draining.js';
import type { HealthDto, ReadinessDto } from './health.dto.js';

/** A check that takes longer has failed: whoever asks wants to know now. */
const CHECK_MILLISECONDS = 2_000;

/** Whoever asks more often gets the same answer: probes need no key, and must not crowd out scoring. */
const KEPT_MILLISECONDS = 500;

@Injectable()
export class HealthService {
  private readonly databaseAnswers = kept(() => within(this.dataSource.query('SELECT 1').then(() => true)));
  private readonly queueAnswers = kept(() => within(this.queue.ping()));
  private readonly championsLoaded = kept(() => within(this.everyModelScores()));

  constructor(
    @InjectDataSource() private readonly dataSource: DataSource,
    private readonly champions: Champions,
    private readonly versions: VersionsService,
    private readonly queue: TrainingQueue,
    private readonly draining: Draining,
  ) {}

  async health(): Promise<HealthDto> {
    const loaded = this.champions.find('credit-card') !== undefined;
    const healthy = loaded && (await this.databaseAnswers());
    return { status: healthy ? 'healthy' : 'unhealthy', model_loaded: loaded };
  }

  /** Training may wait for its queue: a replica that scores must not go out of service with Redis. */
  async readiness(): Promise<ReadinessDto> {
    const [database, queue, champions] = await Promise.all([
      this.databaseAnswers(),
      this.queueAnswers(),
      this.championsLoaded(),
    ]);
    const accepting = !this.draining.hasBegun;
    return {
      status: database && champions && accepting ? 'ready' : 'not_ready',
      checks: { database, queue, champions, accepting },
      models: Object.fromEntries([...this.champions.all()].map(([name, { version }]) => [name, version])),
      not_loaded: Object.fromEntries(this.champions.notLoaded()),
    };
  }

  /** Where the newest champion is being loaded or cannot be, the one before it still scores. */
  private async everyModelScores(): Promise<boolean> {
    const models = await this.versions.modelsWithChampion();
    const loaded = new Set([...this.champions.all().values()].map(({ modelId }) => modelId));
    return models.length > 0 && models.every((id) => loaded.has(id));
  }
}

/** One check at a time, its answer kept for a moment. */
function kept(check: () => Promise<boolean>): () => Promise<boolean> {
  let last: { readonly answer: Promise<boolean>; readonly until: number } | undefined;
  return () => {
    if (last === undefined || performance.now() > last.until) {
      last = { answer: check(), until: performance.now() + KEPT_MILLISECONDS };
    }
    return last.answer;
  };
}

/** False when the check fails or does not end in time. */
async function within(check: Promise<boolean>): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<boolean>((resolve) => {
    timer = setTimeout(() => {
      resolve(false);
    }, CHECK_MILLISECONDS);
  });
  try {
    return await Promise.race([check, late]);
  } catch {
    return false;
  } finally {
    clearTimeout(timer);
  }
}
