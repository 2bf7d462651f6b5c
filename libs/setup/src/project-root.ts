import { existsSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The folder of the clone or of the image, from the sources as from what is compiled of them. */
export function projectRoot(): string {
  let folder = dirname(fileURLToPath(import.meta.url));
  while (basename(folder) === 'dist' || !existsSync(join(folder, 'package.json'))) folder = dirname(folder);
  return folder;
}
