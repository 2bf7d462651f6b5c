/** `npm start`: makes the clone ready, then runs the federation in this same process, so that Ctrl-C reaches it. */
import { pathToFileURL } from 'node:url';
import { join } from 'node:path';
import { prepare, ROOT, run } from './ready.mjs';

await run(async () => {
  await prepare({ quiet: true });
  const { main } = await import(pathToFileURL(join(ROOT, 'dist/apps/cli/src/main.js')).href);
  await main(['federation', ...process.argv.slice(2)]);
});
