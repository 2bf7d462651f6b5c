import { actOf, bodySchema, type MessageType } from '#exchange';
import { payloadBytes } from '#envelope';
import { Cases } from '../../apps/gateway/src/exchange/cases.js';
import { ExchangeCase, Message } from '../../apps/gateway/src/exchange/entities.js';
import { samplePayload } from '../../libs/envelope/testing/offices.js';
import { type EmptyDatabase, gatewayDatabase } from './empty-database.js';

const [OWN, PEER] = ['by-mvd', 'kz-knb'] as const;
const CASE = '01890a5d-ac96-774b-bcce-b302099a8051';
const BEGINNING = Date.parse('2026-06-01T00:00:00Z');

let gateway: EmptyDatabase;
beforeAll(async () => {
  gateway = await gatewayDatabase();
});
afterAll(() => gateway.end());

/** A message of the case. @param minute when it was stored, or sent; @param judged and judged, where it had waited */
async function store(
  direction: 'in' | 'out',
  n: number,
  type: MessageType,
  minute: number,
  judged?: number,
): Promise<Message> {
  const [from, to] = direction === 'in' ? [PEER, OWN] : [OWN, PEER];
  const id = `01890a5d-ac96-774b-bcce-b302099a805${direction === 'in' ? n : n + 5}`;
  const refusal = type === 'refusal' && { grounds: ['sovereignty'], reasons: 'a reason', extent: 'full' };
  const body = bodySchema.parse({ language: 'ru', text: 'text', ...(refusal && { refusal }) });
  const at = (minutes: number) => new Date(BEGINNING + minutes * 60_000);
  const tx = gateway.database.manager;
  const message = tx.create(Message, {
    ...{ authority: OWN, direction, id, sender: from, recipient: to, caseId: CASE, type, level: 'open' },
    ...{ instrument: 'cis-it-crime-2018', status: 'accepted', officers: [], registerMark: '' },
    payload: payloadBytes(samplePayload({ id, from, to, case: CASE, act: actOf(type), body })),
    decision: { outcome: 'permit', findings: [], obligations: [] },
    ...{ d: id, ep: 1, n, createdAt: at(minute), sentAt: at(minute), storedAt: at(minute) },
    ...{ acceptedAt: at(judged ?? minute), judgedAt: judged === undefined ? null : at(judged) },
    expiresAt: at(1_000),
  });
  await tx.insert(Message, message);
  return message;
}

it('a case that is made again takes a message that had waited where it was judged', async () => {
  const tx = gateway.database.manager;
  const opening = await store('in', 1, 'request', 0);
  // Stored, and behind a gap until number 2 had come; meanwhile we refused.
  await store('in', 3, 'withdrawal', 1, 4);
  await store('out', 1, 'refusal', 2);
  await store('in', 2, 'reminder', 4);
  const at = new Date(BEGINNING);
  await tx.insert(ExchangeCase, {
    ...{ authority: OWN, id: CASE, counterpart: PEER, instrument: 'cis-it-crime-2018', status: 'open' },
    ...{ state: { requestId: CASE } as never, openedAt: at, updatedAt: at },
  });
  await tx.transaction((inside) => new Cases().rebuild(inside, opening));
  const { state } = await tx.findOneByOrFail(ExchangeCase, { authority: OWN, id: CASE });
  expect(state.counts).toEqual({ request: 1, refusal: 1, reminder: 1, withdrawal: 1 });
});
