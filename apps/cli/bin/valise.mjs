#!/usr/bin/env node
/**
 * `npx valise …` in a clone, and `npm start`: silently makes it ready, then runs the command in this same process, so that Ctrl-C
 * reaches it. Apps never import apps: the commands of both meet here.
 */
import { pathToFileURL } from 'node:url';
import { join } from 'node:path';
import { prepare, ROOT, run } from './ready.mjs';

const load = (app) => import(pathToFileURL(join(ROOT, `dist/apps/${app}/src/main.js`)).href);

await run(async () => {
  await prepare({ quiet: true });
  const [{ main }, { COMMANDS }] = await Promise.all([load('cli'), load('federation')]);
  await main(process.argv.slice(2), COMMANDS);
});
