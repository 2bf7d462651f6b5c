import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { until } from '../../apps/cli/src/federation/until.js';
import {
  consultation,
  expectExactlyOnce,
  type MessageView,
  openCase,
  quarantine,
  RECEIVER,
  SENDER,
  spontaneous,
} from '../federation/exchange.js';
import { STEP_MS, testFederation, type TestFederation } from '../federation/harness.js';
import { CUTS, type Cut, keyOf, SessionCutter, type Statement } from '../federation/session-cutter.js';

/** A statement that came with each of so many messages is of every message's path. */
const RECORDED = 3;
/** Fewer would show that the statements of one of the two nodes, or of a way, were not seen. */
const CUTS_MIN = 50;

let cutter: SessionCutter;
let federation: TestFederation;
let opened: MessageView;
let token: string;
const ids: string[] = [];
/** What callers were told instead of being answered. */
const refusals: { readonly status: number; readonly retryAfter: string | null; readonly text: string }[] = [];

beforeAll(async () => {
  cutter = await SessionCutter.before(process.env.VALISE_TEST_DATABASE_URL ?? '');
  // Nothing is asked for or sent a second time within the test: that would hide what was lost.
  const patient = { resendAfterSeconds: 3600, receiptAfterSeconds: 3600 };
  federation = await testFederation('sessions', {
    cutter,
    nodes: ['kz', 'by'],
    overrides: { kz: patient, by: patient },
  });
  const tokens = readFileSync(join(federation.folderOf('kz'), '../../tokens.json'), 'utf8');
  token = (JSON.parse(tokens) as Record<string, string>)[`${SENDER} system`] ?? '';
  opened = await openCase(federation);
  ids.push(opened.id);
}, 120_000);

afterAll(async () => {
  await federation.stop();
  await cutter.close();
});

const KINDS = {
  'one that opens a case': () => spontaneous(),
  'one in a case': () => consultation(opened),
};
type Kind = keyof typeof KINDS;

/** As a national system does: the same request under the same key, until there is an answer. */
async function send(kind: Kind): Promise<string> {
  const [body, key] = [JSON.stringify(KINDS[kind]()), randomUUID()];
  const id = await until('an answer', STEP_MS, async () => {
    const response = await fetch(`${federation.urlOf('kz')}/v1/messages`, {
      method: 'POST',
      body,
      headers: {
        authorization: `Bearer ${token}`,
        'content-type': 'application/json',
        'idempotency-key': key,
      },
    });
    const text = await response.text();
    if (response.status === 201) return (JSON.parse(text) as MessageView).id;
    refusals.push({ status: response.status, retryAfter: response.headers.get('retry-after'), text });
    return undefined;
  });
  ids.push(id);
  return id;
}

async function isSettled(id: string): Promise<boolean> {
  const rows = await federation.sql('kz', `SELECT 1 FROM message WHERE id = $1 AND status = 'accepted'`, [
    id,
  ]);
  return rows.length > 0 && (await federation.sql('kz', 'SELECT 1 FROM outbox')).length === 0;
}

/** Every statement of both nodes' databases that comes whenever a message of a kind goes from one to the other. */
async function statementsOf(kind: Kind): Promise<Statement[]> {
  let always: Map<string, Statement> | undefined;
  for (let index = 0; index < RECORDED; index++) {
    cutter.seen.clear();
    const id = await send(kind);
    await until('a settled message', STEP_MS, async () => ((await isSettled(id)) ? true : undefined));
    const before = always ?? cutter.seen;
    always = new Map([...before].filter(([key]) => cutter.seen.has(key)));
  }
  return [...(always ?? [])].map(([, statement]) => statement);
}

/**
 * Every statement is followed by the end of its session, so that the next one finds it gone. Those between also lose their
 * answer, or find the session gone themselves; a commit all of that.
 */
function cutsOf({ text }: Statement, index: number): readonly Cut[] {
  if (text.startsWith('COMMIT')) return CUTS;
  return index % 2 === 0 ? ['answered'] : ['answered', index % 4 === 1 ? 'unsent' : 'unanswered'];
}

const receipts = (node: string, direction: string) =>
  federation.sql(
    node,
    `SELECT message_id, d, stage, at FROM receipt WHERE direction = $1 ORDER BY d, stage`,
    [direction],
  );

/** As either side sees them. */
const cases = (node: string) =>
  federation.sql(node, 'SELECT id, instrument, status, state FROM exchange_case ORDER BY id');

it('a session that is cut at any statement of a message loses nothing, duplicates nothing and blames nobody', async () => {
  const kinds = Object.keys(KINDS) as Kind[];
  const recorded: Statement[] = [];
  for (const kind of kinds) recorded.push(...(await statementsOf(kind)));
  const statements = [...new Map(recorded.map((one) => [keyOf(one), one])).values()];
  for (const [index, statement] of statements.entries()) cutter.cutAt(statement, ...cutsOf(statement, index));
  const cuts = cutter.pending.length;
  for (let sent = 0; cutter.pending.length > 0 && sent < 2 * cuts; sent++) {
    const id = await send(kinds[sent % 2] ?? 'one in a case');
    // Now and then all is let settle, so that batches stay as small as they were.
    if (sent % 3 === 2)
      await until('a settled message', STEP_MS, async () => ((await isSettled(id)) ? true : undefined));
  }
  expect(cuts).toBeGreaterThan(CUTS_MIN);
  expect(cutter.pending).toEqual([]);
  expect(refusals.filter(({ status, retryAfter }) => status !== 503 || retryAfter === null)).toEqual([]);
  for (const authority of [SENDER, RECEIVER])
    expect(await quarantine(federation.api(authority, 'security-officer'))).toEqual([]);
  await expectExactlyOnce(federation, ids);
  expect(await receipts('kz', 'received')).toEqual(await receipts('by', 'given'));
  expect(await cases('kz')).toEqual(await cases('by'));
}, 600_000);
