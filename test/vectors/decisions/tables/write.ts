import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { fileOf } from './file.js';
import { TABLES } from './index.js';

/** Writes the decision files from their tables: `npm run build && node dist/test/vectors/decisions/tables/write.js`. */
const folder = fileURLToPath(new URL('../../../../../test/vectors/decisions/', import.meta.url));
for (const name of Object.keys(TABLES)) writeFileSync(`${folder}${name}.json`, fileOf(name));
