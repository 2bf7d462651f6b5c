import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { type Command, Option } from 'commander';
import { ValiseError } from '#core';
import type { Api } from '#client';
import { z } from 'zod';
import { readToken } from '../attachments/access.js';

/** Which process is called, and as whom. */
export interface AccessOptions {
  readonly url?: string;
  readonly tokenFile?: string;
  readonly local?: string;
}

/** Options of every command that calls a gateway or a depositary. */
export function withAccess(one: Command): Command {
  return one
    .addOption(new Option('--url <url>', 'its address, for example http://127.0.0.1:8080').env('VALISE_URL'))
    .option('--token-file <file>', 'the access token stands in this file (mode 0600); else in VALISE_TOKEN')
    .option('--local <who>', 'an office of the local federation (npm start), for example kz-knb/officer');
}

/** @throws ValiseError CONFIGURATION, KEY_FILE, KEY_PERMISSIONS */
export async function apiFrom(options: AccessOptions): Promise<Api> {
  const { Api } = await import('#client');
  if (options.local !== undefined) {
    const { url, token } = localOffice(options.local);
    return new Api(url, token);
  }
  if (options.url === undefined || !URL.canParse(options.url))
    throw new ValiseError('CONFIGURATION', 'the address is missing or invalid', {
      remedy: 'give it with --url or in VALISE_URL',
    });
  const { VALISE_TOKEN } = process.env;
  const token = readToken({ tokenFile: options.tokenFile, fromEnvironment: VALISE_TOKEN });
  return new Api(options.url.replace(/\/$/, ''), token);
}

export interface LocalOffice {
  readonly url: string;
  readonly token: string;
  /** Of a head: certificate and key as they would lie in the office. */
  readonly certificate: string;
  readonly key: string;
}

/** What `npm start` left in its data folder (VALISE_DATA, else .valise) for its users. @throws ValiseError NOT_FOUND */
export function localOffice(who: string): LocalOffice {
  const folder = resolve(process.env.VALISE_DATA ?? '.valise');
  const [authority = '', role = ''] = who.split('/');
  const token = read(folder, 'tokens.json', z.record(z.string(), z.string()))[`${authority} ${role}`];
  const ports = read(folder, 'ports.json', z.record(z.string(), z.number()));
  const nodes = join(folder, 'nodes');
  const office = (node: string): string => join(nodes, node, 'officers', `${authority}.head`);
  // A token is there for known authorities only, so what is looked for is a file's name and no path.
  const node =
    token === undefined ? undefined : nodesIn(nodes).find((id) => existsSync(`${office(id)}.crt.pem`));
  const port = ports[node ?? ''];
  if (node === undefined || token === undefined || port === undefined)
    throw new ValiseError('NOT_FOUND', `the local federation has no office ${who}`, {
      remedy: 'name an authority and a role, for example kz-knb/officer or by-mvd/auditor',
    });
  return {
    url: `http://127.0.0.1:${port}`,
    token,
    certificate: `${office(node)}.crt.pem`,
    key: `${office(node)}.key.pem`,
  };
}

const nodesIn = (folder: string): string[] => (existsSync(folder) ? readdirSync(folder) : []);

function read<Schema extends z.ZodType>(folder: string, name: string, schema: Schema): z.output<Schema> {
  try {
    return schema.parse(JSON.parse(readFileSync(join(folder, name), 'utf8')));
  } catch (cause) {
    throw new ValiseError(
      'NOT_FOUND',
      `there is no local federation in ${folder}`,
      { remedy: 'start it (npm start), and call from the top of the clone' },
      { cause },
    );
  }
}
