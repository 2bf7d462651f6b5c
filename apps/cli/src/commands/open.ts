import { Command, InvalidArgumentError } from 'commander';
import { isInstant } from '#core';

interface Options {
  readonly keys?: string[];
  readonly trust?: string;
  readonly at?: Date;
}

/** `valise open`: what an envelope says and who says it, checked as a gateway checks it, without one. */
export function openCommand(): Command {
  return new Command('open')
    .description('open and verify an envelope, or a vector of the format (test/vectors/envelope)')
    .argument('<file>', 'the envelope; or, without --keys and --trust, a vector, which has both in it')
    .option('--keys <file...>', 'the recipient’s encryption certificate and its private key (PEM, mode 0600)')
    .option('--trust <file>', 'roots and the certificates listed under them (JSON, the `trust` of a vector)')
    .option(
      '--at <instant>',
      'as it was then, for example 2026-06-01T00:00:00Z (default: now; of a vector, its own)',
      instant,
    )
    .addHelpText(
      'after',
      `
Prints canonical JSON: payload, signers, proofs. The key’s passphrase is read from VALISE_KEY_PASSPHRASE.
Exit code: 0; 1 if the envelope is refused, with one line that names the code; 2 if another file is malformed.`,
    )
    .action(async (file: string, { keys, trust, at }: Options) => {
      const { openEnvelopes } = await import('../envelopes/open.js');
      const passphrase = process.env.VALISE_KEY_PASSPHRASE;
      openEnvelopes({ file, keys, trust, at, passphrase }, (line) => {
        process.stdout.write(`${line}\n`);
      });
    });
}

function instant(text: string): Date {
  if (!isInstant(text)) throw new InvalidArgumentError('an instant in UTC, 2026-06-01T00:00:00Z');
  return new Date(text);
}
