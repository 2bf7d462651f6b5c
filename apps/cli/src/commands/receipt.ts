import { Command } from 'commander';
import { command, instant } from '../keys/arguments.js';

interface Options {
  readonly list?: string;
  readonly root?: string;
  readonly trust?: string;
  readonly message?: string;
  readonly at?: Date;
}

/** `valise receipt`: what the other side confirmed, proven by files alone. */
export function receiptCommand(): Command {
  return new Command('receipt').description('receipts of the other side').addCommand(verifyCommand());
}

function verifyCommand(): Command {
  return command(
    'verify',
    'verify a receipt: the seal’s certificate, the checkpoint’s signature, and that the log has the entry',
  )
    .argument(
      '<file>',
      'the receipt, as GET /v1/receipts has it; or, without trust, a vector of the format (test/vectors/ledger)',
    )
    .option('--list <file>', 'the signed list of the other side’s state (GET /v1/register/books/…)')
    .option('--root <file>', 'the root of that list (PEM), as its state handed it over')
    .option(
      '--trust <file>',
      'in place of both: roots and certificates under them (JSON, the `trust` of a vector)',
    )
    .option('--message <file>', 'the message that it should be for, as GET /v1/messages/ID has it')
    .option('--at <instant>', 'as it was then (default: now; of a vector, its own)', instant)
    .addHelpText(
      'after',
      `
Prints canonical JSON: what the receipt says, where in whose log it stands, and who sealed the log’s head and when.
Exit code: 0; 1 if it is refused, with one line that names the class of the fault; 2 if another file is malformed.`,
    )
    .action(async (file: string, options: Options) => {
      const { verifiedReceipt } = await import('../receipts/verify.js');
      process.stdout.write(`${verifiedReceipt({ file, ...options })}\n`);
    });
}
