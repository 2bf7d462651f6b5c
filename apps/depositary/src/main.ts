import 'reflect-metadata';
import { ValiseError } from '#core';
import { runService } from '#service';
import { start } from './start.js';

export const run = (): Promise<void> =>
  runService('valise-depositary', () => {
    const [file] = process.argv.slice(2);
    if (file === undefined)
      throw new ValiseError('CONFIGURATION', 'no configuration file was named', {
        remedy: 'node dist/depositary.js CONFIG_FILE',
      });
    return start(file);
  });
