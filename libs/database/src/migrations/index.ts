import { CreateTables1795219200000 } from './1795219200000-create-tables.js';
import { ExtendApiKeys1795226400000 } from './1795226400000-extend-api-keys.js';

/** In order of time. A merged migration never changes; a new one is added. */
export const MIGRATIONS = [CreateTables1795219200000, ExtendApiKeys1795226400000] as const;
