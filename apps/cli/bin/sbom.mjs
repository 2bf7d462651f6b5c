/**
 * `npm run sbom`: what a production install consists of, as CycloneDX on standard output. npm's own `--omit dev` also leaves out
 * what a development package needs besides (amqplib, pg), so everything is asked for, and what npm marks as for development goes.
 */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from './ready.mjs';

const DEVELOPMENT = 'cdx:npm:package:development';
/** The list of seven hundred packages has 700 kB. */
const OUTPUT_MAX = 64 * 1024 * 1024;

const args = ['sbom', '--sbom-format=cyclonedx', '--sbom-type=application', '--package-lock-only'];
const all = JSON.parse(execFileSync('npm', args, { cwd: ROOT, maxBuffer: OUTPUT_MAX }));
const components = all.components.filter(
  ({ properties }) => !properties.some(({ name }) => name === DEVELOPMENT),
);
const kept = new Set([all.metadata.component['bom-ref'], ...components.map((one) => one['bom-ref'])]);
const dependencies = all.dependencies
  .filter(({ ref }) => kept.has(ref))
  .map(({ ref, dependsOn }) => ({ ref, dependsOn: dependsOn.filter((other) => kept.has(other)) }));
// npm names it after the folder of the clone.
all.metadata.component.name = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')).name;
process.stdout.write(`${JSON.stringify({ ...all, components, dependencies }, null, 2)}\n`);
