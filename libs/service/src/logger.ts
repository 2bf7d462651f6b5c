import { ConsoleLogger } from '@nestjs/common';

/** What Nest tells of its own assembling at every start, and no operator reads. */
const ASSEMBLING: readonly unknown[] = ['InstanceLoader', 'RouterExplorer', 'RoutesResolver', 'NestFactory'];

/** Nest's logger without the hundred lines of its start. */
export class QuietStartLogger extends ConsoleLogger {
  override log(message: unknown, ...rest: unknown[]): void {
    if (!ASSEMBLING.includes(rest.at(-1))) super.log(message, ...(rest as [string]));
  }
}
