import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { ValiseError } from '#core';
import { newToken } from '#service';
import { Api } from '#client';
import { writeSecret } from '#setup';
import { served } from './keys.js';
import { NODES, type SampleNode } from './sample.js';

export const ROLES = ['officer', 'head', 'security-officer', 'auditor', 'system'] as const;
export type Role = (typeof ROLES)[number];

const keptSchema = z.record(z.string(), z.string());

export interface Tokens {
  readonly api: (authority: string, role: Role) => Api;
}
/** A node's two first administrators: who asks for a token, and who approves it. */
export type Administrators = readonly [Api, Api];

/**
 * Issues a token for each role of each authority, once; they are kept in a file of mode 0600 for users of the local
 * federation.
 */
export async function issueTokens(
  file: string,
  administratorsOf: (node: string) => Administrators,
  urlOf: (node: string) => string,
  started: readonly SampleNode[],
): Promise<Tokens> {
  const kept = read(file);
  const keep = async (
    node: string,
    name: string,
    issue: (sha256: string) => Promise<unknown>,
  ): Promise<Api> => {
    const known = kept[name];
    if (known !== undefined && (await works(new Api(urlOf(node), known)))) return new Api(urlOf(node), known);
    const { token, sha256 } = newToken();
    await issue(sha256);
    kept[name] = token;
    return new Api(urlOf(node), token);
  };
  for (const node of started)
    for (const { id: authority } of served(node))
      for (const role of ROLES) {
        const name = `${authority} ${role}`;
        const request = { name, role, authority };
        await keep(node.id, name, (sha256) => issueToken(administratorsOf(node.id), { ...request, sha256 }));
      }
  writeSecret(file, `${JSON.stringify(kept, null, 2)}\n`);
  return {
    api(authority, role) {
      const node = NODES.find((candidate) => served(candidate).some(({ id }) => id === authority));
      const token = kept[`${authority} ${role}`];
      if (node === undefined || token === undefined)
        throw new ValiseError('NOT_FOUND', `the local federation has no token of ${authority} ${role}`);
      return new Api(urlOf(node.id), token);
    },
  };
}

/** Issues a token whose hash its holder gave, with a second administrator's approval where it takes one. */
export async function issueToken(
  [asks, approves]: Administrators,
  request: { name: string; role: string; authority: string | null; sha256: string; expiresAt?: string },
): Promise<string> {
  const { id, status } = await asks.post<{ id: string; status: string }>('/v1/tokens', request);
  if (status === 'pending') await approves.post(`/v1/tokens/${id}/approval`, {});
  return id;
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
