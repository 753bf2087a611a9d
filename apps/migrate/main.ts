/**
 * Brings the database up to date and ends: a job for before a roll-out. The API and the workers do the same when they
 * start, so it is never needed, but a failed migration is then seen before any of them is replaced.
 */
import 'reflect-metadata';
import { loadConfigOrExit } from '@app/config';
import { migrateOrExit } from '@app/database';

const config = loadConfigOrExit('migrate');
await migrateOrExit(config.databaseUrl ?? '');
console.log('The database is up to date.');
