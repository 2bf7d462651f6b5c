import { inspect } from 'node:util';
import { ConsoleLogger, type LogLevel } from '@nestjs/common';
import { ValiseError } from '#core';
import { printable, printableStack } from './printable.js';

/** Nest's messages about its own assembly at every start, which no operator needs. */
const ASSEMBLING: readonly unknown[] = ['InstanceLoader', 'RouterExplorer', 'RoutesResolver', 'NestFactory'];
const PORT_TAKEN = /\bE(ADDRINUSE|ACCES)\b/;

/** Nest's logger without the hundred lines of its start, and without a stack trace for what `runService` says in one line. */
export class QuietStartLogger extends ConsoleLogger {
  override log(message: unknown, ...rest: unknown[]): void {
    if (!ASSEMBLING.includes(rest.at(-1))) super.log(message, ...(rest as [string]));
  }

  override error(message: unknown, ...rest: unknown[]): void {
    const context = rest.at(-1);
    const explained =
      (context === 'ExceptionHandler' && message instanceof ValiseError) ||
      (context === 'NestApplication' && PORT_TAKEN.test(String(message)));
    if (!explained) super.error(message, ...(rest as [string]));
  }

  /** What is logged may quote what came from outside; colours are put around it afterwards. */
  protected override stringifyMessage(message: unknown, level: LogLevel): string {
    const resolved = this.resolveMessage(message);
    const text =
      typeof resolved === 'string' ? resolved : inspect(resolved, { breakLength: Infinity, compact: true });
    return super.stringifyMessage(printable(text), level);
  }

  protected override printStackTrace(stack: string): void {
    super.printStackTrace(stack && printableStack(stack));
  }

  /** JSON escapes line ends itself, but neither C1 controls nor directions. */
  protected override stringifyJsonLogObject(record: Record<string, unknown>): string {
    return printable(super.stringifyJsonLogObject(record));
  }
}
