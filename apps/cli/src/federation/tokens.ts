import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { ValiseError } from '#core';
import { newToken } from '#service';
import { writeSecret } from '../services/index.js';
import { Api } from './api.js';
import { served } from './keys.js';
import { NODES, type SampleNode } from './sample.js';

export const ROLES = ['officer', 'head', 'security-officer', 'auditor', 'system'] as const;
export type Role = (typeof ROLES)[number];
const ADMINISTRATORS = ['asks', 'approves'] as const;
const administratorName = (node: string, which: string): string => `${node} administrator who ${which}`;

const keptSchema = z.record(z.string(), z.string());

export interface Tokens {
  readonly api: (authority: string, role: Role) => Api;
  /** A node's two administrators: who asks for a token, and who approves it. */
  readonly administrators: (node: string) => readonly [Api, Api];
}

/**
 * Issues a token for each role of each authority, once; they are kept in a file of mode 0600 for users of the local
 * federation. Each node gets two administrators, for some tokens need two.
 */
export async function issueTokens(
  file: string,
  firstAdministrator: (node: string) => Api,
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
  for (const node of started) {
    const [asks, approves] = await Promise.all(
      ADMINISTRATORS.map((which) => {
        const name = administratorName(node.id, which);
        return keep(node.id, name, (sha256) =>
          firstAdministrator(node.id).post('/v1/tokens', { name, role: 'administrator', sha256 }),
        );
      }),
    );
    for (const { id: authority } of served(node))
      for (const role of ROLES) {
        const name = `${authority} ${role}`;
        const request = { name, role, authority };
        await keep(node.id, name, (sha256) =>
          issueToken([asks, approves] as [Api, Api], { ...request, sha256 }),
        );
      }
  }
  writeSecret(file, `${JSON.stringify(kept, null, 2)}\n`);
  const apiOf = (node: string | undefined, name: string): Api => {
    const token = kept[name];
    if (node === undefined || token === undefined)
      throw new ValiseError('NOT_FOUND', `the local federation has no token of ${name}`);
    return new Api(urlOf(node), token);
  };
  return {
    api(authority, role) {
      const node = NODES.find((candidate) => served(candidate).some(({ id }) => id === authority));
      return apiOf(node?.id, `${authority} ${role}`);
    },
    administrators(node) {
      const [asks, approves] = ADMINISTRATORS;
      return [apiOf(node, administratorName(node, asks)), apiOf(node, administratorName(node, approves))];
    },
  };
}

/** Issues a token whose hash its holder gave, with a second administrator's approval where it takes one. */
export async function issueToken(
  [asks, approves]: readonly [Api, Api],
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
