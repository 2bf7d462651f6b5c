/** `node test/vectors/ledger/generate.mjs`: writes every vector of this folder again, with new keys. */
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { prepare, ROOT, run } from '../../../apps/cli/bin/ready.mjs';

await run(async () => {
  await prepare({ quiet: true });
  const module = join(ROOT, 'dist/test/vectors/ledger/generate.js');
  const { generateVectors } = await import(pathToFileURL(module).href);
  console.log(`${await generateVectors(import.meta.dirname)} vectors`);
});
