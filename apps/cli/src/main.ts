import { Command, CommanderError } from 'commander';
import { messageOf, ValiseError } from '#core';
import { attachmentsCommand } from './commands/attachments.js';
import { benchCommand } from './commands/bench.js';
import { booksCommand } from './commands/books.js';
import { busCommand } from './commands/bus.js';
import { certsCommand } from './commands/certs.js';
import { decideCommand } from './commands/decide.js';
import { doctorCommand } from './commands/doctor.js';
import { explainCommand } from './commands/explain.js';
import { federationCommand } from './commands/federation.js';
import { initCommand } from './commands/init.js';
import { keysCommand } from './commands/keys.js';
import { openCommand } from './commands/open.js';
import { servicesCommand } from './commands/services.js';
import { signCommand } from './commands/sign.js';
import { whichCommand } from './commands/which.js';

/** One line for each command; what a command does is in its own file, which loads heavy parts only when it runs. */
const COMMANDS: readonly (() => Command)[] = [
  federationCommand,
  decideCommand,
  whichCommand,
  explainCommand,
  signCommand,
  openCommand,
  attachmentsCommand,
  initCommand,
  doctorCommand,
  keysCommand,
  certsCommand,
  booksCommand,
  busCommand,
  servicesCommand,
  benchCommand,
];

/** Runs `valise` with the given arguments. Errors are told on standard error; the exit code says that there was one. */
export async function main(args: readonly string[]): Promise<void> {
  const program = new Command('valise')
    .description('Exchange between competent authorities of different states under their treaties')
    .version('0.1.0')
    .showHelpAfterError('(try: valise --help)')
    .exitOverride();
  for (const command of COMMANDS) program.addCommand(command().exitOverride().showHelpAfterError());
  try {
    await program.parseAsync(args, { from: 'user' });
  } catch (error) {
    // Commander has already said what was wrong with the arguments.
    if (!(error instanceof CommanderError)) process.stderr.write(`${explain(error)}\n`);
    process.exitCode = exitCodeOf(error);
  }
}

/** 1: it failed; 2: what was asked, or the input, cannot be read. Asking for help is no error. */
function exitCodeOf(error: unknown): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
  return error instanceof ValiseError && error.code === 'INPUT_INVALID' ? 2 : 1;
}

/** What went wrong and what to do about it; where in the code only if asked for. */
function explain(error: unknown): string {
  if (process.env.VALISE_DEBUG && error instanceof Error) return error.stack ?? error.message;
  if (!(error instanceof ValiseError))
    return `valise: ${messageOf(error)}\n  (set VALISE_DEBUG=1 to see where)`;
  const { remedy } = error.details;
  return `valise: ${error.message}${remedy === undefined ? '' : `\n  what to do: ${remedy}`}`;
}
