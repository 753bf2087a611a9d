import { Injectable, type StreamableFile } from '@nestjs/common';
import type { Principal } from '@app/auth';
import { Problem } from '@app/common';
import { HealthService } from '@app/health';
import { CatalogueService, Champions, type LoadedVersion } from '@app/model-registry';
import { keyedRequestOf, type PathOf, ScoringService } from '@app/scoring';
import { textAnswer } from '../text-answer.js';
import { versionNotLoaded } from './inference-errors.js';
import {
  type ModelMetadataDto,
  type ModelReadyDto,
  type ServerReadyDto,
  toModelMetadata,
} from './open-inference.dto.js';
import { writeInference } from './outputs.js';
import { readInference } from './read-inference.js';

/** Where a value stands: `V7[3]`. */
const pathOf: PathOf = (index, field) => `${field}[${index}]`;

/** The champions as models of an inference server. */
@Injectable()
export class OpenInferenceService {
  constructor(
    private readonly scoring: ScoringService,
    private readonly champions: Champions,
    private readonly catalogue: CatalogueService,
    private readonly health: HealthService,
  ) {}

  /** Training may wait for its queue: scoring needs the database and the champions. */
  async ready(): Promise<ServerReadyDto> {
    const { checks } = await this.health.readiness();
    return { ready: checks.database && checks.champions && checks.accepting };
  }

  async metadata(name: string, version?: string): Promise<ModelMetadataDto> {
    const { definition, version: champion } = await this.champion(name);
    return toModelMetadata(definition, version === undefined ? champion : await this.existing(name, version));
  }

  async modelReady(name: string, version?: string): Promise<ModelReadyDto> {
    const { version: champion } = await this.champion(name);
    return { name, ready: version === undefined || (await this.existing(name, version)) === champion };
  }

  /** JSON as text: its floats are spelled as such. */
  async infer(name: string, body: unknown, principal: Principal, asked?: string): Promise<StreamableFile> {
    const loaded = this.champions.find(name) ?? (await this.champions.untilLoaded(name));
    // What was decided before is answered by the version of then.
    const { version: decides } = keyedRequestOf(principal)?.earlier?.version ?? loaded;
    if (asked !== undefined && asked !== String(decides)) throw versionNotLoaded(name, asked, loaded.version);
    // Another may become champion while the tensors are read: the version that was asked for answers.
    const { request, version, records } = await loaded.onnx.whileLoaded(async () => {
      const request = await readInference(body, loaded.definition);
      return { request, ...(await this.scoring.scoreAllBy(loaded, request.transactions, principal, pathOf)) };
    });
    const { id, outputs } = request;
    const head = { model_name: name, model_version: String(version.version), ...(id !== undefined && { id }) };
    return textAnswer(writeInference(head, records, outputs));
  }

  /** @throws Problem 404 for an unknown model, 503 without a champion */
  private async champion(name: string): Promise<LoadedVersion> {
    return this.champions.find(name) ?? (await this.champions.untilLoaded(name));
  }

  /** The number of a version that is stored; only the champion is loaded. @throws Problem 404 */
  private async existing(name: string, version: string): Promise<number> {
    if (!/^[1-9]\d{0,8}$/.test(version)) throw Problem.notFound(`Version ${version.slice(0, 40)} of "${name}"`);
    return (await this.catalogue.getVersion(name, Number(version))).version;
  }
}
