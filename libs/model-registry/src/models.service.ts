import { Injectable, type OnModuleInit } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { Problem } from '@app/common';
import { BUILT_IN_MODELS, checkDefinition, type ModelDefinition } from '@app/features';
import { type EntityManager, Repository } from 'typeorm';
import { Model } from './model.entity.js';
import { modelExists, noModel } from './problems.js';
import { builtInPromotion, type PromotionSettings } from './promotion-settings.js';

/** The named definitions. */
@Injectable()
export class ModelsService implements OnModuleInit {
  constructor(@InjectRepository(Model) private readonly models: Repository<Model>) {}

  async onModuleInit(): Promise<void> {
    await this.models.manager.transaction(async (manager) => {
      await manager
        .createQueryBuilder()
        .insert()
        .into(Model)
        .values(
          BUILT_IN_MODELS.map((definition) => ({
            name: definition.name,
            definition,
            builtIn: true,
            promotion: builtInPromotion(definition.name),
          })),
        )
        .orIgnore()
        .execute();
      await giveFirstPolicies(manager, 'service');
    });
  }

  async list(): Promise<Model[]> {
    return this.models.find({ order: { id: 'ASC' } });
  }

  /** @throws Problem 404 */
  async get(name: string): Promise<Model> {
    // PostgreSQL refuses U+0000, and no name has it.
    const model = name.includes('\0') ? null : await this.models.findOneBy({ name });
    if (!model) throw noModel(name);
    return model;
  }

  /**
   * Stores a model and its first decision policy.
   * @throws Problem 422 for a definition that does not hold together, 409 when the name is taken
   */
  async create(definition: ModelDefinition, promotion: Partial<PromotionSettings>, createdBy: string): Promise<Model> {
    const errors = checkDefinition(definition);
    if (errors.length > 0) throw Problem.invalid(errors);
    await this.models.manager.transaction(async (manager) => {
      const { identifiers } = await manager
        .createQueryBuilder()
        .insert()
        .into(Model)
        .values({ name: definition.name, definition, builtIn: false, promotion })
        .orIgnore()
        .returning('id')
        .execute();
      if (!identifiers[0]) throw modelExists(definition.name);
      await giveFirstPolicies(manager, createdBy, definition.name);
    });
    return this.get(definition.name);
  }

  /**
   * Changes how versions are promoted; what is not given stays.
   * @throws Problem 404
   */
  async setPromotion(name: string, settings: Partial<PromotionSettings>): Promise<Model> {
    const { id } = await this.get(name);
    // In one statement, so that changes at once do not undo one another.
    await this.models.query('UPDATE models SET promotion = promotion || $1::jsonb WHERE id = $2', [settings, id]);
    return this.get(name);
  }
}

/**
 * The policy of its definition for a model that has none: the one that is named, or all. An older release may have made
 * some since the database was brought up to date.
 */
async function giveFirstPolicies(
  manager: EntityManager,
  createdBy: string,
  model: string | null = null,
): Promise<void> {
  await manager.query(
    `INSERT INTO decision_policies (model_id, version, spec, reason, created_by)
     SELECT id, 1, '{"kind": "fixed"}' || (definition -> 'policy'), 'as the model was defined', $1
     FROM models WHERE name = coalesce($2, name) AND NOT EXISTS (SELECT FROM decision_policies WHERE model_id = id)
     ON CONFLICT DO NOTHING`,
    [createdBy, model],
  );
}
