import { ConsoleLogger } from '@nestjs/common';
import { ValiseError } from '#core';

/** What Nest tells of its own assembling at every start, and no operator reads. */
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
}
