import { CreateTables1795219200000 } from './1795219200000-create-tables.js';

/** In order of time. A merged migration never changes; a new one is added. */
export const MIGRATIONS = [CreateTables1795219200000] as const;
