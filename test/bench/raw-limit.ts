import { randomBytes } from 'node:crypto';
import { BusPublisher, BusServer, COMMITTED, type Delivery } from '#bus';
import { instantOf, unixSeconds, uuidv7 } from '#core';
import {
  completeSeal,
  encrypt,
  open,
  type Opened,
  type Payload,
  payloadBytes,
  prepareSeal,
  type Resolve,
  signStatement,
} from '#envelope';
import { type Certificate, loadCertificate, loadPrivateKey } from '#trust';
import { Exchanges, Once } from './exchanges.js';
import { serveSide, type Side } from './pair.js';
import { affordable, closedLoop, type Measured } from './statistics.js';

/**
 * What envelope and bus allow with nothing around them: seal, publish with confirm, consume, open, receipt back. No
 * database, no decision, no case; keys and certificates are those of the gateways.
 */
export interface RawTask {
  readonly busUrl: Readonly<Record<Side, string>>;
  readonly node: Readonly<Record<Side, string>>;
  readonly keys: Readonly<Record<Side, { readonly seal: KeyFiles; readonly encryption: KeyFiles }>>;
  readonly payload: Payload;
  readonly messages: number;
  readonly warmUp: number;
  readonly secondsMax: number;
  readonly callers: number;
}
interface KeyFiles {
  readonly certificate: string;
  readonly key: string;
}

const CONNECT_MS = 10_000;
const RECEIPTS_MS = 60_000;
const PREFETCH = 200;
/** So many messages may be without their receipt: enough to keep both sides busy, without a queue that only grows. */
const UNRECEIPTED_MAX_PER_CALLER = 8;

class Station {
  readonly publisher: BusPublisher;
  private readonly server: BusServer;
  private readonly other: Side;
  private readonly own;
  private readonly peer;
  private n = 0;
  private prev: string | null = null;

  constructor(
    readonly side: Side,
    private readonly task: RawTask,
    handle: (opened: Opened) => Promise<void>,
  ) {
    this.other = side === 'sender' ? 'recipient' : 'sender';
    const { seal, encryption } = task.keys[side];
    const { from, to } = task.payload;
    this.own = {
      authority: side === 'sender' ? from : to,
      seal: { certificate: loadCertificate(seal.certificate), key: loadPrivateKey(seal.key) },
      encryption: {
        certificate: loadCertificate(encryption.certificate),
        key: loadPrivateKey(encryption.key),
      },
    };
    const theirs = task.keys[this.other];
    this.peer = {
      authority: side === 'sender' ? to : from,
      seal: loadCertificate(theirs.seal.certificate),
      encryption: loadCertificate(theirs.encryption.certificate),
    };
    const connection = { url: task.busUrl[side], node: task.node[side] };
    this.publisher = new BusPublisher(connection);
    this.server = new BusServer({ ...connection, peers: [task.node[this.other]], prefetch: PREFETCH });
    this.server.addHandler('envelope', async (delivery: Delivery) => {
      await failingLoudly(() => handle(this.open(delivery.body)));
      return COMMITTED;
    });
    this.server.addHandler('unknown', ({ kind }: Delivery) =>
      failingLoudly(() => Promise.reject(new Error(`an unknown ${kind} came`))),
    );
  }

  async connect(): Promise<void> {
    await this.publisher.connect();
    await this.server.listen((error?: unknown) => {
      if (error) throw error instanceof Error ? error : new Error('the bus cannot be listened to');
    });
    await this.publisher.whenConnected(CONNECT_MS);
    await this.server.whenConnected(CONNECT_MS);
  }

  seal(id: string): Buffer {
    const payload = payloadBytes({ ...this.task.payload, id, case: id });
    const { certificate, key } = this.own.seal;
    const place = { ep: 1, n: ++this.n, prev: this.prev };
    const prepared = prepareSeal({
      payload,
      officers: [],
      certificate,
      iat: unixSeconds(new Date()),
      ...place,
    });
    this.prev = prepared.D;
    return this.encrypt(completeSeal({ payload, officers: [], prepared, key }));
  }

  receipt(about: {
    readonly id: string;
    readonly D: string;
    readonly ep: number;
    readonly n: number;
  }): Buffer {
    const iat = unixSeconds(new Date());
    const content = {
      ...about,
      by: this.own.authority,
      to: this.peer.authority,
      at: instantOf(iat),
      checkpoint: null,
      stage: 'stored' as const,
    };
    const signers = [{ ...this.own.seal, role: 'seal' as const }];
    return this.encrypt(signStatement({ typ: 'valise-receipt+jws', content, signers, iat }));
  }

  publish(body: Buffer, messageId: string): Promise<void> {
    return this.publisher.publish({ to: this.task.node[this.other], kind: 'envelope', body, messageId });
  }

  private encrypt(jws: Parameters<typeof encrypt>[0]['jws']): Buffer {
    return encrypt({ jws, from: this.own.authority, recipient: this.peer.encryption });
  }

  private open(body: Buffer): Opened {
    const known = new Map<string, Certificate>([[this.peer.seal.thumbprint, this.peer.seal]]);
    const resolve: Resolve = (thumbprint) => {
      const certificate = known.get(thumbprint);
      return certificate
        ? { ok: true, certificate, authority: this.peer.authority, roles: certificate.roles }
        : { ok: false, code: 'CERTIFICATE_UNKNOWN', detail: thumbprint };
    };
    const { authority, encryption } = this.own;
    const opened = open(body, {
      recipients: [{ authority, ...encryption }],
      resolve,
      now: unixSeconds(new Date()),
    });
    if (!opened.ok) throw new Error(`${opened.code}: ${opened.detail}`);
    return opened;
  }
}

serveSide(async (side, given) => {
  const task = given as RawTask;
  if (side === 'recipient') {
    const once = new Once();
    const station = new Station(side, task, async (opened) => {
      if (opened.kind !== 'message') throw new Error('the recipient takes messages only');
      once.take(opened.D);
      const { ep, n } = opened.seal;
      await station.publish(station.receipt({ id: opened.payload.id, D: opened.D, ep, n }), newId());
    });
    await station.connect();
    return undefined;
  }
  let exchanges = new Exchanges(0);
  const waiting: (() => void)[] = [];
  let unreceipted = 0;
  const station = new Station(side, task, (opened) => {
    if (opened.kind !== 'statement' || opened.typ !== 'valise-receipt+jws')
      throw new Error('only receipts come back');
    exchanges.receipt(opened.content.id);
    unreceipted--;
    waiting.shift()?.();
    return Promise.resolve();
  });
  await station.connect();
  const run = async (count: number): Promise<Measured> => {
    exchanges = new Exchanges(count);
    await closedLoop(task.callers, count, async () => {
      while (unreceipted >= task.callers * UNRECEIPTED_MAX_PER_CALLER)
        await new Promise<void>((resolve) => waiting.push(resolve));
      unreceipted++;
      const id = newId();
      exchanges.begin(id);
      await station.publish(station.seal(id), id);
      exchanges.called(id);
    });
    return exchanges.measured(RECEIPTS_MS);
  };
  return async () => {
    const warmUp = await run(task.warmUp);
    return run(affordable(task.messages, warmUp, task.secondsMax));
  };
});

/** The bus would retry forever; here nothing may go wrong even once. */
async function failingLoudly(act: () => Promise<void>): Promise<void> {
  try {
    await act();
  } catch (error) {
    setImmediate(() => {
      throw error;
    });
    throw error;
  }
}

function newId(): string {
  return uuidv7(Date.now(), randomBytes(16));
}
