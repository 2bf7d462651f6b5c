import { createHash, randomFillSync } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { ValiseError } from '#core';
import { type Api, loadOfficerKey, signDraft } from '#client';
import type { Federation } from './federation.js';
import { files } from './keys.js';
import {
  INSTRUMENT,
  reminderOf,
  REQUESTED,
  REQUESTER,
  requestOf,
  resultOf,
  standingRequestOf,
} from './sample-messages.js';
import { until } from './until.js';
import { Wiretap } from './wiretap.js';

const ATTACHMENT_BYTES = 20 * 1024 * 1024;
const STEP_MS = 60_000;

interface MessageView {
  readonly id: string;
  readonly case: string;
  readonly status: string;
  readonly D: string | null;
  readonly n: number | null;
  readonly type: string;
}
interface MessageDetails extends MessageView {
  readonly decision: {
    readonly outcome: string;
    readonly findings: readonly { readonly rule: string; readonly effect: string }[];
  };
  readonly attachments: readonly {
    readonly id: string;
    readonly bytes: number;
    readonly sha256: string;
    readonly status: string;
  }[];
  readonly signatures: readonly { readonly role: string }[];
}
interface Page<T> {
  readonly items: readonly T[];
}
interface Quarantined {
  readonly id: string;
  readonly code: string;
  readonly detail: string;
}
interface Receipt {
  readonly stage: string;
  readonly at: string;
  readonly D: string;
  /** Cut out of their log. */
  readonly receipt: object | null;
}
interface PairView {
  readonly peer: string;
  readonly received: { readonly n: number; readonly duplicates: number };
}

export type Tell = (step: {
  readonly title: string;
  readonly articles: readonly string[];
  readonly observed: string;
}) => void;

/**
 * Plays one exchange under the 2018 agreement from request to result, then attacks it. Every step is observed at the
 * nodes' own interfaces; a step that was not observed throws, so that success means every step was observed.
 */
export async function playGuidedExchange(federation: Federation, tell: Tell): Promise<void> {
  const play = new Play(federation, tell);
  const request = await play.request();
  await play.receipt(request);
  const result = await play.result(request);
  await play.attachment(result);
  await play.refusal(request);
  await play.attacks(request);
}

class Play {
  private readonly officer: Api;
  private readonly answerer: Api;

  constructor(
    private readonly federation: Federation,
    private readonly tell: Tell,
  ) {
    this.officer = federation.api(REQUESTER, 'officer');
    this.answerer = federation.api(REQUESTED, 'officer');
  }

  async request(): Promise<MessageView> {
    const { folderOf, api } = this.federation;
    const draft = await this.officer.post<MessageView>('/v1/messages', requestOf());
    must(
      draft.status === 'awaiting-signature',
      `the request is ${draft.status} without the head’s signature`,
    );
    this.tell({
      title: 'An officer of Kazakhstan’s National Security Committee drafts a request with all its contents',
      articles: [`${INSTRUMENT}#6.3`, `${INSTRUMENT}#6.2.2`],
      observed: `draft ${draft.id} waits for the head’s signature`,
    });

    const { certificate, key } = files.head(folderOf('kz'), REQUESTER);
    const sent = await signDraft(
      api(REQUESTER, 'head'),
      draft.id,
      loadOfficerKey(certificate, key),
      Date.now(),
      () => Promise.resolve(true),
    );
    must(sent.D !== null, 'the signed request has no identity');
    this.tell({
      title: 'The head signs it outside the gateway; the gateway seals it, encrypts it and sends it',
      articles: [`${INSTRUMENT}#6.4.a`],
      observed: `${sent.status}, identity ${short(sent.D)}`,
    });

    const received = await until('the request at the other side', STEP_MS, () =>
      this.messageWith(this.answerer, draft.id, 'accepted'),
    );
    must(
      received.decision.outcome === 'permit' && received.signatures.some(({ role }) => role === 'head'),
      'the other side decided otherwise',
    );
    must(received.D === sent.D, 'both sides name the message differently');
    this.tell({
      title:
        'The Ministry of Internal Affairs of Belarus receives it, verifies both signatures and decides again on its own register',
      articles: received.decision.findings
        .filter(({ effect }) => effect === 'permit')
        .map(({ rule }) => rule),
      observed: `accepted as number ${received.n ?? 0} of this sender`,
    });
    return received;
  }

  async receipt(request: MessageView): Promise<void> {
    const stages = await until('the receipts', STEP_MS, async () => {
      const { items } = await this.officer.get<Page<Receipt>>(`/v1/receipts?message=${request.id}`);
      return items.some(({ stage, D }) => stage === 'accepted' && D === request.D) ? items : undefined;
    });
    must(
      stages.every(({ receipt }) => receipt !== null),
      'a receipt has no proof',
    );
    this.tell({
      title: 'Its receipt comes back, a leaf of their signed log: from then on the time for execution runs',
      articles: [`${INSTRUMENT}#7.1`],
      observed: stages
        .map(({ stage, at }) => `${stage} ${at}`)
        .sort()
        .join(', '),
    });
  }

  async result(request: MessageView): Promise<MessageView> {
    const file = join(this.federation.folderOf('by'), 'guided-exchange.bin');
    const sha256 = await writeRandomFile(file, ATTACHMENT_BYTES);
    const uploaded = await this.answerer.upload<{ id: string; sha256: string; bytes: number }>(
      '/v1/attachments?name=server-image.bin',
      file,
    );
    await rm(file);
    must(
      uploaded.sha256 === sha256 && uploaded.bytes === ATTACHMENT_BYTES,
      'the upload is not what was sent',
    );
    const result = await this.answerer.post<MessageView>('/v1/messages', resultOf(request, uploaded.id));
    this.tell({
      title: 'Belarus answers with a result: purposes for which it may be used, and an attachment of 20 MB',
      articles: [`${INSTRUMENT}#7.7`, `${INSTRUMENT}#9.1`],
      observed: `result ${result.id} is ${result.status}`,
    });
    return result;
  }

  async attachment(result: MessageView): Promise<void> {
    const received = await until('the result with its attachment', 3 * STEP_MS, () =>
      this.messageWith(this.officer, result.id, 'accepted'),
    );
    const [attachment] = received.attachments;
    must(attachment?.status === 'verified', 'the attachment is not verified');
    const hash = createHash('sha256');
    let bytes = 0;
    for await (const chunk of await this.officer.download(`/v1/attachments/${attachment.id}/content`)) {
      hash.update(chunk as Buffer);
      bytes += (chunk as Buffer).length;
    }
    must(
      bytes === ATTACHMENT_BYTES && hash.digest('base64url') === attachment.sha256,
      'the downloaded attachment differs',
    );
    await until('the accepted receipt of the result', STEP_MS, () =>
      this.messageWith(this.answerer, result.id, 'accepted'),
    );
    const { status } = await this.officer.get<{ status: string }>(`/v1/cases/${received.case}`);
    must(status === 'answered', `the case is ${status}`);
    this.tell({
      title:
        'Kazakhstan pulls the attachment part by part, verifies it whole and accepts the result; the case is answered',
      articles: [`${INSTRUMENT}#8.1`, `${INSTRUMENT}#9.1`],
      observed: `${bytes} bytes with the declared hash; case ${status}`,
    });
    // Runs on one data folder would fill the disk, 40 MB each.
    for (const api of [this.officer, this.answerer])
      await api.request('DELETE', `/v1/attachments/${attachment.id}`);
  }

  async refusal(request: MessageView): Promise<void> {
    const { items: before } = await this.officer.get<Page<MessageView>>(
      '/v1/messages?direction=in&limit=200',
    );
    const answer = await this.answerer.try<MessageView>('/v1/messages', standingRequestOf());
    must(
      !answer.ok && answer.problem.code === 'POLICY_DENIED',
      'a standing request under the 2018 agreement was not refused',
    );
    const articles = (answer.problem.findings ?? [])
      .filter(({ effect }) => effect === 'deny')
      .map(({ rule }) => rule);
    must(articles.length > 0, 'the refusal cites no article');
    const { items: after } = await this.officer.get<Page<MessageView>>('/v1/messages?direction=in&limit=200');
    must(after.length === before.length && request.id !== '', 'a refused message arrived');
    this.tell({
      title: 'Belarus may not send a standing request under this agreement: the gateway refuses it',
      articles,
      observed: answer.problem.detail,
    });
  }

  /** The bus turns hostile: its attacks are injected with the broker operator's account. */
  async attacks(request: MessageView): Promise<void> {
    const { broker, vhost } = this.federation;
    const wiretap = await Wiretap.on(broker, vhost, 'kz', 'by');
    try {
      const message = await this.officer.post<MessageView>('/v1/messages', reminderOf(request));
      const seen = await until('the envelope on the bus', STEP_MS, () =>
        Promise.resolve(wiretap.find(message.id)),
      );
      await until('the reminder at the other side', STEP_MS, () =>
        this.messageWith(this.answerer, message.id, 'accepted'),
      );

      const altered = Buffer.from(seen.body);
      const middle = Math.floor(altered.length / 2);
      altered[middle] = altered[middle] === 0x41 ? 0x42 : 0x41;
      await this.quarantined('An altered message', wiretap, 'kz', { ...seen, body: altered }, [
        'ENVELOPE_DECRYPT',
        'ENVELOPE_FORMAT',
        'ENVELOPE_COMMITMENT',
      ]);
      await this.duplicate(wiretap, seen);
      await this.quarantined(
        'A message through the exchange of a node that is not its sender’s',
        wiretap,
        'am',
        seen,
        ['ENVELOPE_BINDING'],
      );
    } finally {
      await wiretap.close();
    }
  }

  private async duplicate(wiretap: Wiretap, seen: Parameters<Wiretap['inject']>[2]): Promise<void> {
    const counters = async () => {
      const pairs = await this.answerer.get<readonly PairView[]>('/v1/pairs');
      const { items } = await this.answerer.get<Page<MessageView>>('/v1/messages?direction=in&limit=200');
      return {
        duplicates: pairs.find(({ peer }) => peer === REQUESTER)?.received.duplicates ?? 0,
        messages: items.length,
      };
    };
    const before = await counters();
    await wiretap.inject('kz', 'by', seen);
    const after = await until('the duplicate in the count', STEP_MS, async () => {
      const now = await counters();
      return now.duplicates === before.duplicates + 1 ? now : undefined;
    });
    must(after.messages === before.messages, 'a duplicate had an effect');
    this.tell({
      title: 'A duplicate has no effect, is counted, and gets the same receipts again',
      articles: ['valise#seal'],
      observed: `duplicates of this sender: ${after.duplicates}; messages: ${after.messages} as before`,
    });
  }

  private async quarantined(
    what: string,
    wiretap: Wiretap,
    through: string,
    injected: Parameters<Wiretap['inject']>[2],
    codes: readonly string[],
  ): Promise<void> {
    const guard = this.federation.api(REQUESTED, 'security-officer');
    const newest = async (): Promise<Quarantined | undefined> =>
      (await guard.get<Page<Quarantined>>('/v1/quarantine?limit=1')).items[0];
    const before = await newest();
    await wiretap.inject(through, 'by', injected);
    const found = await until(`${what} in quarantine`, STEP_MS, async () => {
      const now = await newest();
      return now && now.id !== before?.id ? now : undefined;
    });
    must(codes.includes(found.code), `${what} was quarantined as ${found.code}`);
    this.tell({
      title: `${what}, injected on the bus, is rejected and quarantined`,
      articles: ['valise#seal'],
      observed: `${found.code}: ${found.detail}`,
    });
  }

  private async messageWith(api: Api, id: string, status: string): Promise<MessageDetails | undefined> {
    const { items } = await api.get<Page<MessageView>>('/v1/messages?limit=200');
    const known = items.find((message) => message.id === id);
    if (known?.status === 'rejected') throw new ValiseError('CONFLICT', `the message ${id} was rejected`);
    return known?.status === status ? api.get<MessageDetails>(`/v1/messages/${id}`) : undefined;
  }
}

async function writeRandomFile(file: string, bytes: number): Promise<string> {
  const hash = createHash('sha256');
  const chunk = Buffer.alloc(1024 * 1024);
  function* chunks(): Generator<Buffer> {
    for (let written = 0; written < bytes; written += chunk.length) {
      randomFillSync(chunk);
      hash.update(chunk);
      yield Buffer.from(chunk);
    }
  }
  await pipeline(Readable.from(chunks()), createWriteStream(file, { mode: 0o600 }));
  return hash.digest('base64url');
}

const short = (d: string): string => `${d.slice(0, 12)}…`;

/** A step that was not observed ends the exchange. */
function must(condition: boolean, otherwise: string): asserts condition {
  if (!condition) throw new ValiseError('INTERNAL', `guided exchange: ${otherwise}`);
}
