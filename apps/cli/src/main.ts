import { Command, CommanderError } from 'commander';
import { type ErrorCode, messageOf, ValiseError } from '#core';

/** Commands by their names, in the order of the help. Only the one that is meant is loaded, and it loads heavy parts only when it runs. */
type Commands = Readonly<Record<string, () => Promise<Command>>>;

const COMMANDS: Commands = {
  decide: async () => (await import('./commands/decide.js')).decideCommand(),
  which: async () => (await import('./commands/which.js')).whichCommand(),
  explain: async () => (await import('./commands/explain.js')).explainCommand(),
  sign: async () => (await import('./commands/sign.js')).signCommand(),
  open: async () => (await import('./commands/open.js')).openCommand(),
  receipt: async () => (await import('./commands/receipt.js')).receiptCommand(),
  api: async () => (await import('./commands/api.js')).apiCommand(),
  attachments: async () => (await import('./commands/attachments.js')).attachmentsCommand(),
  init: async () => (await import('./commands/init.js')).initCommand(),
  pin: async () => (await import('./commands/pin.js')).pinCommand(),
  doctor: async () => (await import('./commands/doctor.js')).doctorCommand(),
  keys: async () => (await import('./commands/keys.js')).keysCommand(),
  tokens: async () => (await import('./commands/tokens.js')).tokensCommand(),
  certs: async () => (await import('./commands/certs.js')).certsCommand(),
  books: async () => (await import('./commands/books.js')).booksCommand(),
  bus: async () => (await import('./commands/bus.js')).busCommand(),
};

/**
 * Runs `valise` with the given arguments. Errors are printed on standard error; the exit code is then not 0.
 *
 * @param others commands of another app, which the launcher adds
 */
export async function main(args: readonly string[], others: Commands = {}): Promise<void> {
  const program = new Command('valise')
    .description('Exchange between competent authorities of different states under their treaties')
    .version('0.1.0')
    .showHelpAfterError('(try: valise --help)')
    .exitOverride();
  for (const load of commandsFor({ ...COMMANDS, ...others }, args[0]))
    program.addCommand((await load()).exitOverride().showHelpAfterError());
  try {
    await program.parseAsync(args, { from: 'user' });
  } catch (error) {
    // Commander has already said what was wrong with the arguments.
    if (!(error instanceof CommanderError)) process.stderr.write(`${explain(error)}\n`);
    process.exitCode = exitCodeOf(error);
  }
}

/** All, for help and for unknown commands. */
function commandsFor(commands: Commands, name = ''): (() => Promise<Command>)[] {
  const meant = Object.hasOwn(commands, name) ? commands[name] : undefined;
  return meant === undefined ? Object.values(commands) : [meant];
}

/** The arguments, or a named file, are not what they should be. */
const UNREADABLE: ReadonlySet<ErrorCode> = new Set([
  'INPUT_INVALID',
  'CONFIGURATION',
  'CERTIFICATE_FORMAT',
  'KEY_FILE',
]);

/** 1: it failed; 2: what was asked, or the input, cannot be read. Asking for help is no error. */
function exitCodeOf(error: unknown): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
  return error instanceof ValiseError && UNREADABLE.has(error.code) ? 2 : 1;
}

/** What went wrong and what to do about it; the place in the code only on request. */
function explain(error: unknown): string {
  if (process.env.VALISE_DEBUG && error instanceof Error) return error.stack ?? error.message;
  if (!(error instanceof ValiseError))
    return `valise: ${messageOf(error)}\n  (set VALISE_DEBUG=1 to see where)`;
  const { remedy } = error.details;
  return `valise: ${oneLine(error.message)}${remedy === undefined ? '' : `\n  what to do: ${remedy}`}`;
}

const MESSAGE_CHARACTERS_MAX = 1_000;

/** A file's own words may stand in it, which must not steer a terminal, nor fill it. */
function oneLine(text: string): string {
  const plain = text.replace(/\s+/g, ' ').replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu, '\uFFFD');
  return plain.length > MESSAGE_CHARACTERS_MAX ? `${plain.slice(0, MESSAGE_CHARACTERS_MAX)}…` : plain;
}
