import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { articlesOf } from '#treaties';
import { format, resolveConfig } from 'prettier';

/**
 * Cuts libs/treaties/texts/*.txt into the modules that the library reads, for it does no input or output itself:
 * `npm run build && node dist/test/articles/cut.js`. A test fails while a text and its module differ.
 */
const TEXTS = 'libs/treaties/texts';
const MODULES = 'libs/treaties/src/texts';
const root = fileURLToPath(new URL('../../../', import.meta.url));

for (const file of readdirSync(join(root, TEXTS)).filter((name) => name.endsWith('.txt'))) {
  const units = articlesOf(readFileSync(join(root, TEXTS, file), 'utf8'));
  const module = join(root, MODULES, file.replace(/\.txt$/, '.ts'));
  const code = [
    `import type { Unit } from '../articles.js';`,
    '',
    `/** Cut from ${TEXTS}/${file} by test/articles/cut.ts: change the text, not this. */`,
    `export const units: readonly Unit[] = ${JSON.stringify(units)};`,
  ].join('\n');
  writeFileSync(module, await format(code, { ...(await resolveConfig(module)), parser: 'typescript' }));
}
