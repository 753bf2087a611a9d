import 'reflect-metadata';
import { endInTime, exitWithParent, tellParent } from '@app/common';
import { loadConfigOrExit } from '@app/config';
import { migrateOrExit } from '@app/database';
import { createApi } from './create-api.js';

const config = loadConfigOrExit('api');
await migrateOrExit(config.databaseUrl ?? '');
const api = await createApi(config);
await api.listen(config.port, config.host);
endInTime();
exitWithParent(api);
tellParent({ listening: await api.getUrl() });
