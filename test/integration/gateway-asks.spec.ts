import type { Jws } from '#envelope';
import type { Leader } from '../../apps/gateway/src/database/leader.js';
import { type Ask, Asks } from '../../apps/gateway/src/exchange/asks.js';
import type { Refusals } from '../../apps/gateway/src/quarantine/refusals.js';
import { type EmptyDatabase, gatewayDatabase } from './empty-database.js';

const HOUR_MS = 3_600_000;
const NOW = new Date('2026-03-01T12:00:00Z');
const earlier = (hours: number) => new Date(NOW.getTime() - hours * HOUR_MS);

let gateway: EmptyDatabase;
let asks: Asks;

beforeAll(async () => {
  gateway = await gatewayDatabase();
  const refusals = { count: () => Promise.resolve() } as unknown as Refusals;
  asks = new Asks(gateway.database, { isLeader: false } as unknown as Leader, refusals);
});
afterAll(() => gateway.end());

function ask(peer: string, at: Date): Ask {
  const jws: Jws = { payload: `${peer} ${at.getTime()}`, signatures: [] };
  return { own: 'by-mvd', peer, node: 'am', jws, iat: at.getTime() / 1000 };
}
const peers = async () => {
  const rows: { peer: string }[] = await gateway.database.query('SELECT peer FROM asked ORDER BY peer');
  return rows.map(({ peer }) => peer);
};

it('a request that was answered ends, of whatever kind, although its pair asks for nothing more', async () => {
  const { manager: tx } = gateway.database;
  for (const [peer, hours] of [
    ['old', 3],
    ['young', 1],
  ] as const) {
    const at = earlier(hours);
    expect(await asks.ofEpoch(tx, ask(`${peer}-epoch`, at), at)).toBe(true);
    expect(await asks.toResend(tx, ask(`${peer}-resend`, at), at)).toBe(true);
    expect(await asks.forParts(tx, ask(`${peer}-parts`, at), 1, at)).toBe(true);
  }
  await asks.removeEnded(NOW);
  expect(await peers()).toEqual(['young-epoch', 'young-parts', 'young-resend']);
});

it('one that could still be taken again is not, after others have ended', async () => {
  const { manager: tx } = gateway.database;
  const once = ask('am-nss', NOW);
  expect(await asks.toResend(tx, once, NOW)).toBe(true);
  await asks.removeEnded(new Date(NOW.getTime() + HOUR_MS));
  expect(await asks.toResend(tx, once, new Date(NOW.getTime() + HOUR_MS - 1_000))).toBe(false);
});

it('parts that were served before are counted, however many requests they come in, and new ones are not', async () => {
  const { manager: tx } = gateway.database;
  let seconds = 0;
  /** Each request is signed in another second; a minute is not over. */
  const parts = (repeated: number, peer = 'kz-mvd') => {
    const at = new Date(NOW.getTime() + 500 * seconds++);
    return asks.forParts(tx, ask(peer, at), repeated, at);
  };
  for (let time = 0; time < 30; time++) expect(await parts(0)).toBe(true);
  for (let time = 0; time < 20; time++) expect(await parts(8)).toBe(true);
  expect(await parts(1)).toBe(false);
  expect(await parts(0)).toBe(true);
  // Another pair has its own.
  expect(await parts(16, 'am-mvd')).toBe(true);
  expect(
    await asks.forParts(
      tx,
      ask('kz-mvd', new Date(NOW.getTime() + 120_000)),
      160,
      new Date(NOW.getTime() + 120_000),
    ),
  ).toBe(true);
});

it('requests to resend are counted themselves: ten a minute', async () => {
  const { manager: tx } = gateway.database;
  const resend = (seconds: number) => {
    const at = new Date(NOW.getTime() + 1_000 * seconds);
    return asks.toResend(tx, ask('ru-mvd', at), at);
  };
  for (let second = 0; second < 10; second++) expect(await resend(second)).toBe(true);
  expect(await resend(59)).toBe(false);
  expect(await resend(60)).toBe(true);
});
