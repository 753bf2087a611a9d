import { Injectable } from '@nestjs/common';
import type { Principal } from '@app/auth';
import { Problem } from '@app/common';
import { HealthService } from '@app/health';
import { Champions, type LoadedVersion } from '@app/model-registry';
import { ScoringService } from '@app/scoring';
import {
  type InferenceDto,
  type ModelMetadataDto,
  type ModelReadyDto,
  type ServerReadyDto,
  toModelMetadata,
} from './open-inference.dto.js';
import { writeTensors } from './outputs.js';
import { readInference } from './read-inference.js';

/** The champions as models of an inference server. */
@Injectable()
export class OpenInferenceService {
  constructor(
    private readonly scoring: ScoringService,
    private readonly champions: Champions,
    private readonly health: HealthService,
  ) {}

  /** Training may wait for its queue: scoring needs the database and the champions. */
  async ready(): Promise<ServerReadyDto> {
    const { checks } = await this.health.readiness();
    return { ready: checks.database && checks.champions };
  }

  async metadata(name: string, version?: string): Promise<ModelMetadataDto> {
    return toModelMetadata(await this.find(name, version));
  }

  async modelReady(name: string, version?: string): Promise<ModelReadyDto> {
    await this.find(name, version);
    return { name, ready: true };
  }

  async infer(name: string, body: unknown, principal: Principal, asked?: string): Promise<InferenceDto> {
    const { definition } = await this.find(name, asked);
    const { id, transactions, outputs } = readInference(body, definition);
    const { version, records } = await this.scoring.scoreAll(
      name,
      transactions,
      principal,
      (index, field) => `${field}[${index}]`,
    );
    return {
      model_name: name,
      model_version: String(version.version),
      ...(id !== undefined && { id }),
      outputs: writeTensors(records, outputs).map((tensor) => ({
        ...tensor,
        shape: [...tensor.shape],
        data: [...tensor.data],
      })),
    };
  }

  /** @throws Problem 404 for an unknown model or a version that is not loaded, 503 without a champion */
  private async find(name: string, version?: string): Promise<LoadedVersion> {
    const champion = this.champions.find(name) ?? (await this.champions.untilLoaded(name));
    if (version === undefined || version === String(champion.version)) return champion;
    const detail = `Version ${version.slice(0, 40)} of "${name}" is not loaded: its champion is ${champion.version}.`;
    throw new Problem(404, 'version_not_loaded', detail);
  }
}
