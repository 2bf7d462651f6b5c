import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { ValiseError } from '#core';
import { writeSecret } from '../services/index.js';
import { Api } from './api.js';
import { served } from './keys.js';
import { NODES, type SampleNode } from './sample.js';

export const ROLES = ['officer', 'head', 'security-officer', 'auditor', 'system'] as const;
export type Role = (typeof ROLES)[number];

const keptSchema = z.record(z.string(), z.string());

export interface Tokens {
  readonly api: (authority: string, role: Role) => Api;
}

/** Issues a token for each role of each authority, once; they are kept in a file of mode 0600 for whoever tries the local federation. */
export async function issueTokens(
  file: string,
  administrator: (node: string) => Api,
  urlOf: (node: string) => string,
  started: readonly SampleNode[],
): Promise<Tokens> {
  const kept = read(file);
  for (const node of started)
    for (const { id: authority } of served(node))
      for (const role of ROLES) {
        const name = `${authority} ${role}`;
        const known = kept[name];
        if (known !== undefined && (await works(new Api(urlOf(node.id), known)))) continue;
        const { token } = await administrator(node.id).post<{ token: string }>('/v1/tokens', {
          name,
          role,
          authority,
        });
        kept[name] = token;
      }
  writeSecret(file, `${JSON.stringify(kept, null, 2)}\n`);
  return {
    api(authority, role) {
      const node = NODES.find((candidate) => served(candidate).some(({ id }) => id === authority));
      const token = kept[`${authority} ${role}`];
      if (!node || token === undefined)
        throw new ValiseError('NOT_FOUND', `no node of the local federation serves ${authority}`);
      return new Api(urlOf(node.id), token);
    },
  };
}

/** A token of an earlier start whose database is gone is of no use. */
function works(api: Api): Promise<boolean> {
  return api.get('/v1/register').then(
    () => true,
    () => false,
  );
}

function read(file: string): Record<string, string> {
  try {
    return keptSchema.parse(JSON.parse(readFileSync(file, 'utf8')));
  } catch {
    return {};
  }
}
