import { newToken, type Principal } from '#service';
import type { Configuration } from '../../apps/gateway/src/configuration.js';
import { AccessToken } from '../../apps/gateway/src/identity/token.entity.js';
import { Tokens } from '../../apps/gateway/src/identity/tokens.js';
import { Ledger } from '../../apps/gateway/src/ledger/ledger.js';
import { type EmptyDatabase, gatewayDatabase } from './empty-database.js';

const AUTHORITY = 'kz-knb';
let gateway: EmptyDatabase;
let tokens: Tokens;

beforeAll(async () => {
  gateway = await gatewayDatabase();
});
afterAll(() => gateway.end());
beforeEach(() => gateway.database.query('DELETE FROM access_token'));

/** The first administrators, one for each token that the configuration names. */
async function begin(count: number): Promise<Principal[]> {
  const hashes = Array.from({ length: count }, () => newToken().sha256);
  const configuration = { administratorTokenSha256: hashes, authorities: [{ id: AUTHORITY }] };
  tokens = new Tokens(gateway.database, configuration as unknown as Configuration, new Ledger());
  await tokens.onModuleInit();
  return Promise.all(hashes.map(holderOf));
}

async function holderOf(sha256: string): Promise<Principal> {
  const holder = await tokens.findByHash(sha256);
  if (!holder) throw new Error('this token is not in force');
  return holder;
}

interface Asked {
  readonly id: string;
  readonly sha256: string;
  /** Once it is in force. */
  readonly holder: () => Promise<Principal | undefined>;
}
async function ask(by: Principal, role: Principal['role'] = 'administrator'): Promise<Asked> {
  const { sha256 } = newToken();
  const authority = role === 'administrator' ? null : AUTHORITY;
  const { id, approval } = await tokens.issue(by, { name: role, role, authority, expiresAt: null, sha256 });
  expect(approval).toBe('pending');
  return { id, sha256, holder: () => tokens.findByHash(sha256) };
}

/** An administrator for whom one asked and whom another approved. */
async function administrator(asks: Principal, approves: Principal): Promise<Principal> {
  const asked = await ask(asks);
  await tokens.approve(approves, asked.id);
  return holderOf(asked.sha256);
}
const refusal = (by: Principal, { id }: Asked) =>
  expect(tokens.approve(by, id)).rejects.toMatchObject({ code: 'FORBIDDEN' });

it('one first administrator alone puts nobody in office who takes two, not even a first pair', async () => {
  const [alone] = (await begin(1)) as [Principal];
  for (const role of ['administrator', 'administrator', 'head', 'security-officer'] as const) {
    const asked = await ask(alone, role);
    await refusal(alone, asked);
    expect(await asked.holder()).toBeUndefined();
  }
});

it('a person who got several accounts by asking for them approves with none what another of them asked', async () => {
  const [dishonest, careless] = (await begin(2)) as [Principal, Principal];
  const first = await administrator(dishonest, careless);
  const second = await administrator(dishonest, careless);
  const ofSecond = await administrator(second, careless);
  for (const [asks, approves] of [
    [dishonest, first],
    [first, dishonest],
    [first, second],
    [first, ofSecond],
    [ofSecond, second],
    [ofSecond, dishonest],
  ] as const) {
    const asked = await ask(asks, 'head');
    await refusal(approves, asked);
    expect(await asked.holder()).toBeUndefined();
  }
});

it('administrators of two lines approve for each other, also when those who began them have left', async () => {
  const [first, second] = (await begin(2)) as [Principal, Principal];
  const [one, other] = [await administrator(first, second), await administrator(second, first)];
  await tokens.revoke(one, first.tokenId);
  await tokens.revoke(one, second.tokenId);
  const asked = await ask(one, 'head');
  await refusal(one, asked);
  await tokens.approve(other, asked.id);
  expect(await asked.holder()).toMatchObject({ role: 'head', authority: AUTHORITY });
  const back = await ask(other, 'security-officer');
  await tokens.approve(one, back.id);
  expect(await back.holder()).toMatchObject({ role: 'security-officer' });
});

it('administrators whom one person put in office alone, under an earlier rule, are of one line', async () => {
  const [first] = (await begin(1)) as [Principal];
  const alone: Principal[] = [];
  for (let index = 0; index < 2; index++) {
    const asked = await ask(first);
    await gateway.database.getRepository(AccessToken).update({ id: asked.id }, { approval: 'none' });
    alone.push({ ...first, tokenId: asked.id });
  }
  const [one, other] = alone as [Principal, Principal];
  const asked = await ask(one, 'head');
  await refusal(other, asked);
  // A second person, whom the operator adds to the configuration, begins a line.
  const [added] = (await begin(1)) as [Principal];
  await tokens.approve(added, asked.id);
  expect(await asked.holder()).toMatchObject({ role: 'head' });
});
