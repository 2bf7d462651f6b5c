import { until } from '../../apps/federation/src/until.js';
import { cutEverywhere, Insisting } from '../federation/cutting.js';
import { quarantine } from '../federation/exchange.js';
import { STEP_MS, testFederation, type TestFederation } from '../federation/harness.js';
import { signedListOf } from '../federation/lists.js';
import { SessionCutter } from '../federation/session-cutter.js';

/** Fewer would show that the statements of the depositary or of the nodes were not seen. */
const CUTS_MIN = 30;
const DEPOSITARY = 'cis-depositary';
/** Of a node that does not run: nobody restates it meanwhile. */
const [NODE, BOOK] = ['am', 'list:AM'];
const NODES = ['kz', 'by'];

let cutter: SessionCutter;
let federation: TestFederation;

beforeAll(async () => {
  cutter = await SessionCutter.before(process.env.VALISE_TEST_DATABASE_URL ?? '');
  federation = await testFederation('admission', { cutter, nodes: NODES, depositaries: true });
}, 180_000);

afterAll(async () => {
  await federation.stop();
  await cutter.close();
});

it('a session that is cut at any statement of a list’s admission loses no version, applies none twice and blames nobody', async () => {
  const { token } = await federation
    .administrator(DEPOSITARY)
    .post<{ token: string }>('/v1/tokens', { name: 'Armenia', role: 'system' });
  const state = new Insisting(federation.urlOf(DEPOSITARY), token);
  let version = 1;
  const act = async (): Promise<string> => {
    version += 1;
    await state.call('POST', '/v1/lists', { book: signedListOf(federation, NODE, version) });
    return String(version);
  };
  const isSettled = async (submitted: string): Promise<boolean> => {
    const waiting = await federation.sql(DEPOSITARY, `SELECT 1 FROM outbox WHERE kind = 'book'`);
    if (waiting.length > 0) return false;
    for (const node of NODES) {
      const rows = await federation.sql(node, 'SELECT 1 FROM book WHERE book = $1 AND version = $2', [
        BOOK,
        submitted,
      ]);
      if (rows.length === 0) return false;
    }
    return true;
  };
  // One after the other: a delivery that is tried again would be overtaken by the next version, and be older then.
  const { cuts, pending } = await cutEverywhere(cutter, [{ act, isSettled }], { settleEvery: 1 });
  expect(cuts).toBeGreaterThan(CUTS_MIN);
  expect(pending).toEqual([]);
  expect(state.wrong).toEqual([]);
  const versions = Array.from({ length: version }, (_, index) => index + 1);
  for (const node of NODES) {
    expect(await quarantine(federation.administrator(node))).toEqual([]);
    // The leader gives entries their places in the node's log each second.
    const applied = await until('an entry for each', STEP_MS, async () => {
      const rows = await federation.sql<{ version: number }>(
        node,
        `SELECT (content->>'version')::integer AS version FROM (SELECT text::jsonb AS content, seq FROM leaf WHERE own = '') AS entries
         WHERE content->>'act' = 'book-applied' AND content->>'book' = $1 ORDER BY seq`,
        [BOOK],
      );
      return rows.length >= versions.length ? rows : undefined;
    });
    expect(applied.map((row) => row.version)).toEqual(versions);
  }
  expect(await federation.sql(DEPOSITARY, 'SELECT 1 FROM quarantine')).toEqual([]);
}, 600_000);
