import { Injectable, type OnModuleInit } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { Problem } from '@app/common';
import { BUILT_IN_MODELS, checkDefinition, type ModelDefinition } from '@app/features';
import { Repository } from 'typeorm';
import { Model } from './model.entity.js';
import { modelExists, noModel } from './problems.js';

/** The named definitions. */
@Injectable()
export class ModelsService implements OnModuleInit {
  constructor(@InjectRepository(Model) private readonly models: Repository<Model>) {}

  async onModuleInit(): Promise<void> {
    await this.models
      .createQueryBuilder()
      .insert()
      .values(BUILT_IN_MODELS.map((definition) => ({ name: definition.name, definition, builtIn: true })))
      .orIgnore()
      .execute();
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

  /** @throws Problem 422 for a definition that does not hold together, 409 when the name is taken */
  async create(definition: ModelDefinition): Promise<Model> {
    const errors = checkDefinition(definition);
    if (errors.length > 0) throw Problem.invalid(errors);
    const { identifiers } = await this.models
      .createQueryBuilder()
      .insert()
      .values({ name: definition.name, definition, builtIn: false })
      .orIgnore()
      .returning('id')
      .execute();
    if (!identifiers[0]) throw modelExists(definition.name);
    return this.get(definition.name);
  }
}
