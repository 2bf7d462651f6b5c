import { createHash } from 'node:crypto';
import { payloadBytes, type Payload } from '#envelope';
import { actOf, bodySchema, instantAt, type StatementType } from '#exchange';
import { MESSAGE_TYPES } from '#treaties';
import type { Bus, Cargo } from './bus.js';
import { type Random, uuidOf } from './random.js';

/** A listed authority that signs anything: numbers, histories and receipts as it likes. */
export class Liar {
  private serial = 0;
  private readonly ids: string[] = [];
  private readonly seenOfMine: string[] = [];

  constructor(
    readonly own: string,
    private readonly random: Random,
    private readonly bus: Bus,
    private readonly now: () => number,
  ) {}

  act(victims: readonly string[]): void {
    const to = this.random.pick(victims);
    for (let count = 1 + this.random.below(6); count > 0; count--) {
      const make = this.random.pick([
        () => this.message(to),
        () => this.statement(to),
        () => this.telling(to),
      ]);
      this.publish(to, make());
    }
    for (const from of this.bus.waiting(this.own)) {
      for (const { cargo } of this.bus.peek(this.own, from, 50))
        if (cargo.kind === 'message')
          this.seenOfMine.push(
            `${cargo.opened.D} ${cargo.opened.payload.id} ${cargo.opened.seal.ep} ${cargo.opened.seal.n}`,
          );
      this.bus.acknowledge(this.own, from, 50);
    }
  }

  private publish(to: string, cargo: Cargo): void {
    const sha256 = this.hash();
    this.bus.publish({ from: this.own, to, sha256, bytes: 1_000, cargo });
  }

  private message(to: string): Cargo {
    const { random } = this;
    const at = this.now();
    const isKnown = this.ids.length > 0 && random.chance(0.2);
    const id = isKnown ? random.pick(this.ids) : uuidOf(`liar ${this.serial++}`, at);
    this.ids.push(id);
    const payload: Payload = {
      v: 1,
      id,
      from: this.own,
      to,
      act: random.pick(MESSAGE_TYPES.map(actOf)),
      // Any token is one by the format.
      case: random.pick([id, ...this.ids, `${id}.more`, 'a-token']),
      instrument: 'cis-it-crime-2018',
      register: {},
      exp: Math.floor(at / 1000) + 1_000,
      level: 'open',
      body: random.chance(0.2)
        ? { nonsense: 'a\0b \ud800' }
        : bodySchema.parse({
            language: 'ru',
            form: '5.b',
            offences: ['3.1.a'],
            grounds: 'grounds',
            nexus: 'citizen',
          }),
      attachments: [],
    };
    const bytes = random.chance(0.2) ? Buffer.from(JSON.stringify(payload)) : safely(payload);
    return {
      kind: 'message',
      opened: {
        ok: true,
        kind: 'message',
        D: this.hash(),
        payload,
        payloadBytes: bytes,
        jws: { payload: '', signatures: [{ protected: header(), signature: 'AA' }] },
        proofs: [],
        attachmentKeys: [],
        seal: {
          authority: this.own,
          thumbprint: '',
          iat: Math.floor(at / 1000),
          ep: this.epoch(),
          n: this.number(),
          prev: random.pick([null, this.hash()]),
        },
        officers: [],
      },
    };
  }

  private statement(to: string): Cargo {
    const { random } = this;
    const about = { from: this.own, to };
    const at = instantAt(this.now());
    const place = () => random.pick([null, { ep: this.epoch(), n: this.number(), D: this.hash() }]);
    const [typ, content] = random.pick<() => readonly [StatementType, object]>([
      () => [
        'valise-void+jws',
        { ...about, ep: this.epoch(), n: this.number(), D: this.hash(), reason: 'POLICY_DENIED', at },
      ],
      () => ['valise-resend+jws', { ...about, ep: this.epoch(), ns: [1, 2, this.number() + 2] }],
      () => [
        'valise-epoch+jws',
        {
          ...about,
          ep: this.epoch() + 1,
          sent: place(),
          received: place(),
          re: random.pick([null, this.hash()]),
          at,
        },
      ],
      () => ['valise-log-ask+jws', { ...about, ep: this.epoch(), have: this.number(), at }],
    ])();
    return {
      kind: 'statement',
      typ,
      from: this.own,
      to,
      content,
      hash: this.hash(),
      iat: Math.floor(this.now() / 1000),
    };
  }

  private telling(to: string): Cargo {
    const { random } = this;
    const start = random.below(4);
    const entries = Array.from({ length: random.below(5) }, () => this.entry());
    const head = () => random.pick([null, { ep: this.epoch(), size: this.number(), root: this.hash() }]);
    const checkpoint = {
      from: this.own,
      to,
      ep: this.epoch(),
      start,
      startRoot: random.pick([this.hash(), EMPTY]),
      size: random.pick([start + entries.length, start, random.below(100_000)]),
      root: random.pick([this.hash(), EMPTY]),
      seen: head(),
      internal: null,
      at: instantAt(this.now()),
    };
    const jws = { payload: Buffer.from(JSON.stringify(checkpoint)).toString('base64url'), signatures: [] };
    return { kind: 'telling', told: { checkpoint, jws, entries } };
  }

  private entry(): unknown {
    const { random } = this;
    const [D, id, ep, n] = (
      this.seenOfMine.length > 0 ? random.pick(this.seenOfMine) : `${this.hash()} x 1 1`
    ).split(' ');
    const at = instantAt(this.now() + random.pick([0, 10 * 60_000, -1_000_000]));
    const content = random.pick<unknown>([
      {
        kind: 'received',
        D,
        id,
        ep: Number(ep),
        n: Number(n),
        stage: random.pick(['stored', 'accepted', 'rejected']),
        at,
      },
      { kind: 'received', D, id, ep: Number(ep), n: Number(n), stage: 'rejected', code: 'CONFLICT', at },
      {
        kind: 'sent',
        D: this.hash(),
        id: uuidOf(`sent ${this.serial++}`, this.now()),
        ep: this.epoch(),
        n: this.number(),
        at,
      },
      { kind: 'tomorrow' },
      'nonsense',
    ]);
    return random.pick<unknown>([
      { salt: Buffer.alloc(16, this.serial).toString('base64url'), content },
      { erased: this.hash() },
      7,
    ]);
  }

  private epoch(): number {
    return this.random.pick([0, 1, 1, 1, 2, 1_000_000_000]);
  }

  private number(): number {
    return this.random.pick([1, 2, 3, 1 + this.random.below(40), 9_000, 1_000_000]);
  }

  private hash(): string {
    return createHash('sha256').update(`liar ${this.own} ${this.serial++}`).digest('base64url');
  }
}

const EMPTY = createHash('sha256').update('').digest('base64url');

function header(): string {
  return Buffer.from(JSON.stringify({ kid: 'liar', role: 'seal' })).toString('base64url');
}

function safely(payload: Payload): Buffer {
  try {
    return payloadBytes(payload);
  } catch {
    return Buffer.from(JSON.stringify(payload));
  }
}
