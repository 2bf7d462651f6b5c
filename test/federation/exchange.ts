import { ValiseError } from '#core';
import { type Api, loadOfficerKey, signDraft } from '#client';
import { files } from '../../apps/federation/src/keys.js';
import { until } from '../../apps/federation/src/until.js';
import { STEP_MS, type TestFederation } from './harness.js';

export const SENDER = 'kz-knb';
export const RECEIVER = 'by-mvd';
export const INSTRUMENT = 'cis-it-crime-2018';

export interface MessageView {
  readonly id: string;
  readonly direction: 'in' | 'out';
  readonly from: string;
  readonly case: string;
  readonly type: string;
  readonly status: string;
  readonly createdAt: string;
  readonly D: string | null;
  readonly epoch: number | null;
  readonly n: number | null;
  readonly rejection: { readonly code: string } | null;
}
export interface PairView {
  readonly peer: string;
  readonly sent: {
    readonly epoch: number;
    readonly n: number;
    readonly lost: { readonly from: number; readonly to: number } | null;
  };
  readonly received: {
    readonly epoch: number;
    readonly n: number;
    readonly duplicates: number;
    readonly gaps: number;
  };
}
export interface ReceiptView {
  readonly message: string;
  readonly D: string;
  readonly stage: string;
  readonly code: string | null;
  /** Cut out of their log. */
  readonly receipt: object | null;
}
export interface QuarantinedView {
  readonly id: string;
  readonly kind: string;
  readonly code: string;
  readonly detail: string;
  readonly bytes: number;
  readonly times: number;
  readonly sha256: string;
}
const RECEIPTS_LOOKED_AT = 20;
interface Page<T> {
  readonly items: readonly T[];
  readonly next: string | null;
}

/** Spontaneous information, which needs no head's signature and opens a case of its own. */
export function spontaneous(to: string = RECEIVER, text = 'Сведения о вредоносной программе (пример).') {
  const body = {
    language: 'ru',
    form: '5.a',
    offences: ['3.1.b'],
    grounds: 'Представляет интерес для другой Стороны (пример).',
    text,
  };
  return { instrument: INSTRUMENT, to, type: 'spontaneous', level: 'open', body };
}

/** A request, which a head signs before it goes. */
export function request(to: string = RECEIVER) {
  const contents = Object.fromEntries(
    ['a', 'b', 'c', 'd', 'e', 'f', 'g'].map((item) => [`6.3.${item}`, `Сведения пункта ${item} (пример).`]),
  );
  const deadline = new Date(Date.now() + 30 * 86_400_000).toISOString().replace(/\.\d+Z$/, 'Z');
  const body = {
    language: 'ru',
    form: '5.b',
    offences: ['3.1.b'],
    nexus: 'citizen',
    deadline,
    contents,
  };
  return { instrument: INSTRUMENT, to, type: 'request', level: 'open', body };
}

/** One message more in a case that is there. */
export function consultation(about: Pick<MessageView, 'id' | 'case'>, to: string = RECEIVER) {
  const body = {
    language: 'ru',
    form: '5.b',
    offences: ['3.1.b'],
    nexus: 'citizen',
    text: 'О ходе исполнения.',
  };
  return {
    instrument: INSTRUMENT,
    to,
    type: 'consultation',
    case: about.case,
    re: about.id,
    level: 'open',
    body,
  };
}

/** Drafts a request, has its head sign it, and waits until the other side accepted it. */
export async function openCase({ api, folderOf }: TestFederation): Promise<MessageView> {
  const draft = await api(SENDER, 'officer').post<MessageView>('/v1/messages', request());
  const { certificate, key } = files.head(folderOf('kz'), SENDER);
  await signDraft(api(SENDER, 'head'), draft.id, loadOfficerKey(certificate, key), Date.now(), () =>
    Promise.resolve(true),
  );
  return untilStatus(api(SENDER, 'officer'), draft.id, 'accepted');
}

/** Waits until a message has this status for the caller. */
export function untilStatus(api: Api, id: string, status: string, timeoutMs = STEP_MS): Promise<MessageView> {
  let last = 'not there';
  return until(`the message ${id} as ${status}`, timeoutMs, async () => {
    const answer = await find<MessageView>(api, `/v1/messages/${id}`);
    last = answer?.status ?? last;
    return last === status ? answer : undefined;
  }).catch((error: unknown) => {
    throw new Error(`${String(error)}; it is ${last}`);
  });
}

async function find<T>(api: Api, path: string): Promise<T | undefined> {
  try {
    return await api.get<T>(path);
  } catch (error) {
    if (error instanceof ValiseError && error.code === 'NOT_FOUND') return undefined;
    throw error;
  }
}

/** Every item of a list, page by page. */
export async function walk<T>(api: Api, path: string, limit = 200): Promise<T[]> {
  const items: T[] = [];
  const separator = path.includes('?') ? '&' : '?';
  let after = '';
  for (;;) {
    const page = await api.get<Page<T>>(`${path}${separator}limit=${limit}${after}`);
    items.push(...page.items);
    if (page.next === null) return items;
    after = `&after=${page.next}`;
  }
}

export async function pairWith(api: Api, peer: string): Promise<PairView | undefined> {
  return (await api.get<PairView[]>('/v1/pairs')).find((pair) => pair.peer === peer);
}

/** None while the message is not there. */
export async function receiptsFor(api: Api, id: string): Promise<readonly ReceiptView[]> {
  return (await find<Page<ReceiptView>>(api, `/v1/receipts?message=${id}`))?.items ?? [];
}

export const quarantine = (api: Api): Promise<QuarantinedView[]> => walk(api, '/v1/quarantine');

/**
 * Waits until every message with these ids is accepted at both ends, and asserts that each is there exactly once: the same
 * ids and identities on both sides, numbers without a gap, and both receipts of each.
 */
export async function expectExactlyOnce(
  { api }: Pick<TestFederation, 'api'>,
  ids: readonly string[],
  timeoutMs = 2 * STEP_MS,
): Promise<void> {
  const [sender, receiver] = [api(SENDER, 'auditor'), api(RECEIVER, 'auditor')];
  const wanted = new Set(ids);
  expect(wanted.size).toBe(ids.length);
  const last = ids.at(-1) ?? '';
  const settled = async (side: Api, direction: string): Promise<boolean> => {
    // One is asked for until it is accepted, and only then all: lists of hundreds, ten times a second, are most of a node's work.
    if ((await find<MessageView>(side, `/v1/messages/${last}`))?.status !== 'accepted') return false;
    const accepted = await walk<MessageView>(side, `/v1/messages?direction=${direction}&status=accepted`);
    return accepted.filter(({ id }) => wanted.has(id)).length >= ids.length;
  };
  await until(`${ids.length} messages accepted at both ends`, timeoutMs, async () =>
    (await settled(receiver, 'in')) && (await settled(sender, 'out')) ? true : undefined,
  );
  const [sent, arrived] = await Promise.all([
    walk<MessageView>(sender, '/v1/messages?direction=out'),
    walk<MessageView>(receiver, '/v1/messages?direction=in'),
  ]);
  const received = arrived.filter(({ from }) => from === SENDER);
  const line = ({ id, n, D, status }: MessageView): string => `${n ?? '-'} ${id} ${D ?? '-'} ${status}`;
  const byNumber = (a: MessageView, b: MessageView): number => (a.n ?? 0) - (b.n ?? 0);
  // Not only what was counted on: all that there is, on either side.
  expect(received.sort(byNumber).map(line)).toEqual(sent.sort(byNumber).map(line));
  expect(sent.map(({ n }) => n)).toEqual(sent.map((_, index) => index + 1));
  expect(sent.filter(({ id }) => wanted.has(id))).toHaveLength(ids.length);
  const pair = await pairWith(receiver, SENDER);
  expect(pair?.received).toMatchObject({ n: sent.length, gaps: 0 });
  // Each has its proof; of hundreds, some at equal distances, the last among them.
  const step = Math.ceil(sent.length / RECEIPTS_LOOKED_AT);
  for (const { id, D } of sent.toReversed().filter((_, index) => index % step === 0)) {
    const items = await receiptsFor(sender, id);
    expect(items.every((receipt) => receipt.D === D && receipt.receipt !== null)).toBe(true);
    expect(items.filter(({ stage }) => stage === 'accepted')).toHaveLength(1);
  }
}
