import type { EntityManager } from 'typeorm';
import type { Channel } from './notifications.js';

/** Inside a transaction the notification leaves with its commit, and never without it. */
export async function notify(manager: EntityManager, channel: Channel, payload: string): Promise<void> {
  await manager.query('SELECT pg_notify($1, $2)', [channel, payload]);
}
