import { until } from '../../apps/federation/src/until.js';
import { Wiretap } from '../../apps/federation/src/wiretap.js';
import { type MessageView, SENDER, spontaneous } from '../federation/exchange.js';
import { STEP_MS, testFederation, type TestFederation } from '../federation/harness.js';
import { whileNothingIsRelayed } from '../federation/relay.js';

/** More than one batch of the relay. */
const BACKLOG = 210;
const CALLERS = 8;
/** Of the same node, to the same authority. */
const OTHER_SENDER = 'kz-mvd';

let federation: TestFederation;
let wiretap: Wiretap;

beforeAll(async () => {
  // Nothing goes a second time within the test.
  const patient = { resendAfterSeconds: 3600, receiptAfterSeconds: 3600 };
  federation = await testFederation('relay', {
    nodes: ['kz', 'by'],
    overrides: { kz: patient, by: patient },
  });
  wiretap = await Wiretap.on(federation.broker, federation.vhost, 'kz', 'by');
}, 120_000);

afterAll(async () => {
  await wiretap.close();
  await federation.stop();
});

const send = (from: string) =>
  federation.api(from, 'system').post<MessageView>('/v1/messages', spontaneous());

it('what waited together goes in the order of its numbers, and another pair’s message is not behind all of it', async () => {
  const waiting: MessageView[] = [];
  let other = '';
  await whileNothingIsRelayed(federation, 'kz', async () => {
    const call = async (): Promise<void> => {
      while (waiting.length < BACKLOG) waiting.push(await send(SENDER));
    };
    await Promise.all(Array.from({ length: CALLERS }, call));
    other = (await send(OTHER_SENDER)).id;
    // Each is due a moment after it was sent; as after a long outage all of them are due by now.
    await federation.sql('kz', 'UPDATE outbox SET due_at = now()');
  });
  const inOrder = [...waiting].sort((a, b) => (a.n ?? 0) - (b.n ?? 0)).map(({ id }) => id);
  const wanted = new Set([...inOrder, other]);
  const seen = await until('all of them on the bus', STEP_MS, () => {
    const ids = wiretap.all().flatMap(({ messageId }) => (wanted.has(messageId) ? messageId : []));
    return Promise.resolve(ids.length >= wanted.size ? ids : undefined);
  });
  expect(seen.filter((id) => id !== other)).toEqual(inOrder);
  expect(seen.slice(seen.indexOf(other) + 1)).not.toEqual([]);
}, 120_000);
