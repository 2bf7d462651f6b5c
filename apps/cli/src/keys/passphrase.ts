import { createInterface } from 'node:readline/promises';
import { Writable } from 'node:stream';
import { ValiseError } from '#core';
import { readOwnFile } from '#trust';

export interface PassphraseOptions {
  readonly passphraseFile?: string | undefined;
  readonly ask?: true | undefined;
}

/** With a stolen file, millions of short ones can be tried. */
const PASSPHRASE_LENGTH_MIN = 12;

/**
 * The passphrase of a key: from a file of mode 0600, by asking, or from an environment variable. Never from the command line,
 * which other users can see and shells remember.
 *
 * @returns bytes that the caller overwrites; undefined where none was given
 */
export async function passphraseFrom(
  options: PassphraseOptions,
  variable: string,
  question = 'Passphrase: ',
): Promise<Buffer | undefined> {
  if (options.passphraseFile !== undefined) return firstLine(readOwnFile(options.passphraseFile));
  if (options.ask === true) return ask(question);
  const text = process.env[variable];
  return text === undefined || text === '' ? undefined : Buffer.from(text);
}

/** As above, for a key that is written: long enough, and asked for twice. */
export async function newPassphraseFrom(
  options: PassphraseOptions,
  variable: string,
): Promise<Buffer | undefined> {
  const passphrase = await passphraseFrom(options, variable, 'New passphrase: ');
  if (passphrase === undefined) return undefined;
  if (passphrase.length < PASSPHRASE_LENGTH_MIN)
    throw new ValiseError('KEY_PASSPHRASE', 'the new passphrase is too short', {
      remedy: `use at least ${PASSPHRASE_LENGTH_MIN} characters; several random words are good`,
    });
  if (options.ask === true && options.passphraseFile === undefined) {
    const again = await ask('Again: ');
    if (!again.equals(passphrase))
      throw new ValiseError('KEY_PASSPHRASE', 'the two passphrases differ', { remedy: 'try again' });
    again.fill(0);
  }
  return passphrase;
}

/** A root alone certifies all other keys: a copy of an unprotected one can act in the state's name. */
export function warnOfUnprotected(file: string): void {
  process.stderr.write(
    `warning: ${file} has no passphrase; anybody who copies it can issue certificates in its name (--passphrase-file, --ask)\n`,
  );
}

function firstLine(bytes: Buffer): Buffer {
  const end = bytes.indexOf('\n');
  const line = end < 0 ? bytes : bytes.subarray(0, bytes[end - 1] === 0x0d ? end - 1 : end);
  const copy = Buffer.from(line);
  bytes.fill(0);
  return copy;
}

/** Where a question is asked and answered. */
export interface Dialogue {
  readonly input: NodeJS.ReadableStream;
  readonly output?: NodeJS.WritableStream;
  readonly terminal?: boolean;
}

/**
 * What is typed. The question is asked as soon as the input is listened to: an answer that is there already would be lost.
 *
 * @throws what `ended` makes, where the input ends instead: nothing would ever settle the question
 */
export async function answerTo(
  dialogue: Dialogue,
  question: string,
  ended: () => ValiseError,
): Promise<string> {
  const prompt = createInterface(dialogue);
  try {
    return await new Promise((resolve, reject) => {
      // A last line comes in the same turn as the end, and is an answer.
      prompt.once('close', () => setImmediate(reject, ended()));
      prompt.question(question).then(resolve, reject);
    });
  } finally {
    prompt.close();
  }
}

function nothingTyped(): ValiseError {
  return new ValiseError('KEY_PASSPHRASE', 'nothing was typed', {
    remedy: 'use --passphrase-file in a script',
  });
}

async function ask(question: string): Promise<Buffer> {
  process.stderr.write(question);
  // What is typed is not echoed.
  const silent = new Writable({
    write(_chunk, _encoding, done) {
      done();
    },
  });
  const dialogue = { input: process.stdin, output: silent, terminal: process.stdin.isTTY };
  try {
    return Buffer.from(await answerTo(dialogue, '', nothingTyped));
  } finally {
    process.stderr.write('\n');
  }
}
