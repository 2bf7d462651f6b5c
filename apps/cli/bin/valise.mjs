#!/usr/bin/env node
/** `npx valise …` in a clone: silently makes it ready, then runs the command. */
import { pathToFileURL } from 'node:url';
import { join } from 'node:path';
import { prepare, ROOT, run } from './ready.mjs';

await run(async () => {
  await prepare({ quiet: true });
  const { main } = await import(pathToFileURL(join(ROOT, 'dist/apps/cli/src/main.js')).href);
  await main(process.argv.slice(2));
});
