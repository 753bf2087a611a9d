import { randomBytes } from 'node:crypto';
import { dataSourceOptions } from '@app/database';
import pg from 'pg';
import { DataSource } from 'typeorm';

/** A database as a release before left it, to be brought up to date. */
export class OlderDatabase {
  private constructor(
    readonly url: string,
    private readonly name: string,
    private readonly administrator: pg.Client,
    private readonly migration: string,
  ) {}

  /** An empty one. @param migration what the name of the migration begins with that is to be tried */
  static async before(migration: string): Promise<OlderDatabase> {
    const url = new URL(process.env['TEST_DATABASE_URL'] ?? '');
    const administrator = new pg.Client({ connectionString: url.href });
    await administrator.connect();
    const name = `older_${randomBytes(4).toString('hex')}`;
    await administrator.query(`CREATE DATABASE ${name}`);
    url.pathname = name;
    return new OlderDatabase(url.href, name, administrator, migration);
  }

  /** With all migrations before the one in question, which are run. */
  async openBefore(): Promise<DataSource> {
    const dataSource = await this.open(0);
    await dataSource.runMigrations();
    return dataSource;
  }

  /** With the one in question, too; it is not run yet. */
  openAfter(): Promise<DataSource> {
    return this.open(1);
  }

  private open(beyond: number): Promise<DataSource> {
    const options = dataSourceOptions(this.url, 'test');
    const migrations = Object.values(options.migrations ?? {});
    const at = migrations.findIndex((each) => typeof each === 'function' && each.name.startsWith(this.migration));
    if (at < 0) throw new Error(`there is no migration ${this.migration}`);
    return new DataSource({ ...options, migrations: migrations.slice(0, at + beyond) }).initialize();
  }

  async drop(): Promise<void> {
    await this.administrator.query(`DROP DATABASE ${this.name} WITH (FORCE)`);
    await this.administrator.end();
  }
}
