import { Injectable } from '@nestjs/common';
import { Config } from '@app/config';
import { aggregateByFeature, type Transaction } from '@app/features';
import { type LoadedVersion, VersionsService } from '@app/model-registry';
import { type Booster, calibratedContributions, openXgboost } from '@app/xgboost';
import { explanationUnavailable } from './problems.js';

/** How much one feature moved a transaction's probability, in log-odds. */
export interface Reason {
  readonly feature: string;
  readonly value: unknown;
  /**
   * Above 0: towards fraud. All features' contributions and the model's bias add up to the probability's log-odds; with
   * an isotonic calibration, whose steps belong to no feature, to those before it.
   */
  readonly contribution: number;
}

const REASONS = 5;

/** The strongest contributions first. */
export function strongestReasons(
  contributions: Readonly<Record<string, number>>,
  transaction: Transaction,
  most = REASONS,
): Reason[] {
  return Object.entries(contributions)
    .filter(([, contribution]) => contribution !== 0)
    .sort(([, a], [, b]) => Math.abs(b) - Math.abs(a))
    .slice(0, most)
    .map(([feature, contribution]) => ({ feature, value: transaction[feature] ?? null, contribution }));
}

interface KeptBooster {
  readonly versionId: number;
  readonly booster: Promise<Booster>;
  /** Explanations under way. */
  users: number;
  retired: boolean;
}

/** Explains single decisions by XGBoost's own contributions (SHAP values of its trees). */
@Injectable()
export class Explainer {
  /** Of each model the newest version that was asked for. */
  private readonly kept = new Map<number, KeptBooster>();

  constructor(
    private readonly versions: VersionsService,
    private readonly config: Config,
  ) {}

  /** @param transaction one that fits the version */
  async explain(version: LoadedVersion, transaction: Transaction): Promise<Reason[]> {
    const inputs = new Float32Array(version.vectoriser.width);
    version.vectoriser.write(transaction, inputs, 0);
    const kept = this.keep(version);
    kept.users += 1;
    try {
      const raw = await (await kept.booster).contributions(inputs, 1);
      const contributions = calibratedContributions(raw, raw.length, version.calibration ?? { method: 'none' });
      return strongestReasons(aggregateByFeature(version.vectoriser.inputs, contributions), transaction);
    } finally {
      kept.users -= 1;
      await disposeWhenIdle(kept);
    }
  }

  private keep({ modelId, versionId }: LoadedVersion): KeptBooster {
    const previous = this.kept.get(modelId);
    if (previous?.versionId === versionId) return previous;
    const kept: KeptBooster = { versionId, booster: this.load(versionId), users: 0, retired: false };
    this.kept.set(modelId, kept);
    // One that could not be loaded is tried again with the next request.
    kept.booster.catch(() => {
      if (this.kept.get(modelId) === kept) this.kept.delete(modelId);
    });
    if (previous) {
      previous.retired = true;
      void disposeWhenIdle(previous);
    }
    return kept;
  }

  private async load(versionId: number): Promise<Booster> {
    const bytes = await this.versions.booster(versionId);
    try {
      return openXgboost(this.config.xgboostLibrary ?? undefined).load(bytes);
    } catch (error) {
      throw explanationUnavailable(error);
    }
  }
}

async function disposeWhenIdle({ booster, users, retired }: KeptBooster): Promise<void> {
  if (!retired || users > 0) return;
  await booster.then((loaded) => loaded.dispose()).catch(() => undefined);
}
