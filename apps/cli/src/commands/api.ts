import { writeFileSync } from 'node:fs';
import { Command, InvalidArgumentError } from 'commander';
import { type AccessOptions, withAccess } from '../http/access.js';

interface ApiOptions extends AccessOptions {
  readonly field?: string;
  readonly out?: string;
}

const METHODS = ['GET', 'POST', 'DELETE'] as const;
type Method = (typeof METHODS)[number];

/** `valise api`: one request to a gateway or a depositary, as its /docs describe it. */
export function apiCommand(): Command {
  return withAccess(
    new Command('api')
      .description(
        'call a gateway’s or depositary’s HTTP interface (documented at its /docs) and print the answer',
      )
      .argument('<method>', METHODS.join(', '), method)
      .argument('<path>', 'for example /v1/messages, or "/v1/receipts?message=…"')
      .argument('[file]', 'what is sent, JSON or YAML; - is standard input'),
  )
    .option('--field <path>', 'print this part of the answer only, for example items.0.id')
    .option('--out <file>', 'write it to this file instead')
    .addHelpText('after', '\nExit code: 0; 1 if it is refused, with one line that names the code.')
    .action(async (verb: Method, path: string, file: string | undefined, options: ApiOptions) => {
      const { apiFrom } = await import('../http/access.js');
      const { fieldOf, readBody } = await import('../http/call.js');
      const body = file === undefined ? undefined : readBody(file);
      const api = await apiFrom(options);
      const answer = await api.request(verb, path, body);
      if (answer === undefined) return;
      const text = `${fieldOf(answer, options.field)}\n`;
      if (options.out === undefined) process.stdout.write(text);
      else writeFileSync(options.out, text, { mode: 0o600 });
    });
}

function method(text: string): Method {
  const known = METHODS.find((one) => one === text.toUpperCase());
  if (known === undefined) throw new InvalidArgumentError(`one of ${METHODS.join(', ')}`);
  return known;
}
