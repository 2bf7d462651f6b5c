/**
 * `node test/oracle/run.mjs`: has both readings decide every family of cases, and prints a line of JSON for each family. In a
 * process of its own, for within Jest it takes half as long again.
 */
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { prepare, ROOT, run } from '../../apps/cli/bin/ready.mjs';

await run(async () => {
  await prepare({ quiet: true });
  const { agreements } = await import(pathToFileURL(join(ROOT, 'dist/test/oracle/agreement.js')).href);
  for (const agreement of agreements()) process.stdout.write(`${JSON.stringify(agreement)}\n`);
});
