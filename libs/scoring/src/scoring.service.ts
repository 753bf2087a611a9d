import { Injectable } from '@nestjs/common';
import type { Principal } from '@app/auth';
import { Problem } from '@app/common';
import { Config } from '@app/config';
import { decide, toScore, type Transaction, TRANSACTION_ID } from '@app/features';
import { Champions, type LoadedVersion } from '@app/model-registry';
import { v7 as uuidv7 } from 'uuid';
import { DecisionLog, type DecisionRecord } from './decision-log.js';
import { Explainer } from './explainer.service.js';

/** A decision, and what it was made with. */
export interface Scored {
  readonly version: LoadedVersion;
  readonly record: DecisionRecord;
}

/** Scores one transaction by the champion of its model. Native and foreign routes share it. */
@Injectable()
export class ScoringService {
  constructor(
    private readonly champions: Champions,
    private readonly explainer: Explainer,
    private readonly log: DecisionLog,
    private readonly config: Config,
  ) {}

  /**
   * Decides on one transaction; resolves once the decision is committed.
   * @throws Problem 404 for an unknown model, 422 for a transaction that does not fit, 503 without a champion or database
   */
  async score(modelName: string, transaction: unknown, principal: Principal, explain = false): Promise<Scored> {
    const version = this.champions.find(modelName) ?? (await this.champions.explainAbsence(modelName));
    assertFits(version, transaction);
    const { vectoriser } = version;
    const inputs = new Float32Array(vectoriser.width);
    vectoriser.write(transaction, inputs, 0);
    const [probability = NaN] = await version.onnx.predict(inputs, 1);
    const score = toScore(probability);
    const record: DecisionRecord = {
      id: uuidv7(),
      decidedAt: new Date(),
      modelId: version.modelId,
      versionId: version.versionId,
      transactionId: transactionIdOf(transaction),
      inputs: transaction,
      probability,
      score,
      decision: decide(score, version.policy),
      isFraud: score >= this.config.fraudThreshold,
      reasons: explain ? await this.explainer.explain(version, transaction, inputs) : [],
      warnings: vectoriser.warnings(transaction),
      decidedFor: principal.name,
    };
    await this.log.append(record);
    return { version, record };
  }
}

function assertFits({ validate }: LoadedVersion, transaction: unknown): asserts transaction is Transaction {
  const errors = validate(transaction);
  if (errors.length > 0) throw Problem.invalid(errors);
}

function transactionIdOf(transaction: Transaction): string | null {
  const id = transaction[TRANSACTION_ID];
  return typeof id === 'string' || typeof id === 'number' ? String(id) : null;
}
