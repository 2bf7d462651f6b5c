import { readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { instantOf } from '#core';
import { openAll, type Opened, type Rejected, resolveFrom, type TrustList } from '#envelope';
import { type Attack, worldOf } from '../../../libs/envelope/testing/attacks.js';
import { ON_BINDING, ON_PAYLOAD } from '../../../libs/envelope/testing/attacks-on-content.js';
import { ON_ENCRYPTION } from '../../../libs/envelope/testing/attacks-on-encryption.js';
import { ON_PROOFS } from '../../../libs/envelope/testing/attacks-on-proofs.js';
import { ON_SIGNATURES } from '../../../libs/envelope/testing/attacks-on-signatures.js';
import { AT, type Holder, makeOffices, NOW, samplePayload } from '../../../libs/envelope/testing/offices.js';
import { ON_CERTIFICATES, ON_COMPRESSION, type WorldOfUnfit } from './further-attacks.js';
import { GOOD } from './good.js';
import { sendingOf, SEQUENCES } from './sequences.js';
import { GOOD_TOGETHER, ON_SHARING } from './together.js';
import { unfitSeals } from './unfit.js';
import type { Expectation, Vector } from '../../../libs/envelope/testing/vector.js';

const WARNING = 'The private keys in this file are published, for tests only.';
const GROUPS: [string, Attack<WorldOfUnfit>[]][] = [
  ['signatures', ON_SIGNATURES],
  ['binding', ON_BINDING],
  ['payload', ON_PAYLOAD],
  ['encryption', [...ON_ENCRYPTION, ...ON_COMPRESSION]],
  ['proofs', ON_PROOFS],
  ['shared', ON_SHARING],
  ['certificates', ON_CERTIFICATES],
];

/** Writes every vector again, with new keys, into a folder. @returns how many */
export async function generateVectors(folder: string): Promise<number> {
  for (const name of readdirSync(folder)) if (name.endsWith('.json')) rmSync(join(folder, name));
  let written = 0;
  for (const suite of ['P-256', 'RSA'] as const) {
    const maker = await Maker.of(suite);
    for (const vector of maker.all()) {
      writeFileSync(join(folder, `${vector.name}.json`), `${JSON.stringify(vector, null, 2)}\n`);
      written += 1;
    }
  }
  return written;
}

type Made = Pick<Vector, 'attack'> & {
  group: string;
  description: string;
  deliveries: { bytes: Buffer; receiver?: string; code?: string; authenticated?: boolean }[];
};

class Maker {
  private constructor(
    private readonly suite: 'P-256' | 'RSA',
    private readonly world: WorldOfUnfit,
    private readonly lists: readonly TrustList[],
    private readonly listsWithUnfit: readonly TrustList[],
  ) {}

  static async of(suite: 'P-256' | 'RSA'): Promise<Maker> {
    const offices = await makeOffices(suite);
    const unfit = await unfitSeals(offices.roots.KZ, offices.kz.authority, AT);
    const listed = Object.values<Holder>({ ...unfit.seals }).map(({ certificate }) => ({
      authority: offices.kz.authority,
      role: 'seal' as const,
      certificate,
    }));
    const listsWithUnfit = offices.lists.map((list, index) =>
      index === 0
        ? {
            ...list,
            listed: [...list.listed, ...listed],
            intermediates: unfit.intermediates,
            crls: [unfit.crl],
          }
        : list,
    );
    const setting = { now: NOW, payload: samplePayload };
    const world = { ...worldOf(offices, setting), unfit: unfit.seals };
    return new Maker(suite, world, offices.lists, listsWithUnfit);
  }

  *all(): Generator<Vector> {
    const rsa = this.suite === 'RSA';
    for (const [description, make, { covers = null, rsaToo } = {}] of [...GOOD, ...GOOD_TOGETHER])
      if (!rsa || rsaToo)
        yield this.vector({
          group: 'good',
          description,
          attack: covers,
          deliveries: [{ bytes: make(this.world) }],
        });
    for (const [group, attacks] of GROUPS)
      for (const [description, code, make, details = {}] of attacks) {
        const { covers: attack = null, authenticated = false, rsaToo } = details;
        if (!rsa || rsaToo)
          yield this.vector({
            group,
            description,
            attack,
            deliveries: [{ bytes: make(this.world), code, authenticated }],
          });
      }
    if (rsa) return;
    const [next, nextOfAm] = [1, 1].map((n) => ({ ep: 1, n, prev: null }));
    if (next === undefined || nextOfAm === undefined) return;
    for (const [description, attack, deliveries] of SEQUENCES)
      yield this.vector({
        group: 'sequence',
        description,
        attack,
        deliveries: deliveries(sendingOf(this.world, next, nextOfAm)).map(({ envelope, outcome }) => ({
          bytes: envelope,
          receiver: outcome,
        })),
      });
  }

  /** Opens what it writes: a vector that does not give its expected result is an error. */
  private vector({ group, description, attack, deliveries }: Made): Vector {
    const lists = group === 'certificates' ? this.listsWithUnfit : this.lists;
    const { by, kz } = this.world;
    const resolve = resolveFrom(lists, AT);
    const asked = new Set([kz.head, kz.deputy, kz.seal].map(({ certificate }) => certificate.thumbprint));
    const opening = (bytes: Buffer) =>
      openAll(bytes, {
        recipients: [{ authority: by.authority, ...by.encryption }],
        resolve: (thumbprint) => {
          asked.add(thumbprint);
          return resolve(thumbprint);
        },
        now: NOW,
      });
    const told = deliveries.map(({ bytes, receiver, code, authenticated = false }) => {
      const answers = opening(bytes);
      const refusal = answers.find((answer) => !answer.ok);
      if (refusal?.code !== code)
        throw new Error(`${group}: ${description}: ${refusal?.code ?? 'opens'}, not ${code ?? 'opens'}`);
      if (answers.some((answer) => 'sender' in answer) !== authenticated)
        throw new Error(`${group}: ${description}: authenticated or not`);
      const [first, ...others] = answers.map(expectationOf);
      if (first === undefined) throw new Error(`${group}: ${description}: nothing is in it`);
      return {
        envelope: textOf(bytes),
        expect: others.length === 0 ? first : { each: [first, ...others] },
        ...(receiver === undefined ? {} : { receiver }),
      };
    });
    return {
      name: nameOf(group, description, this.suite),
      description,
      attack,
      suite: this.suite,
      warning: WARNING,
      at: instantOf(NOW),
      recipients: [
        {
          authority: by.authority,
          certificate: base64(by.encryption.certificate),
          key: by.encryption.key.export({ type: 'pkcs8', format: 'pem' }).toString(),
        },
      ],
      trust: lists.map((list) => trustOf(list, asked)).filter(({ listed }) => listed.length > 0),
      deliveries: told,
    };
  }
}

function nameOf(group: string, description: string, suite: string): string {
  const words = description
    .toLowerCase()
    .replaceAll(/[’']/g, '')
    .split(/[^a-z0-9]+/)
    .filter(Boolean);
  const name = `${group}-${words.slice(0, 9).join('-')}`;
  return suite === 'RSA' ? `${name}.rsa` : name;
}

function trustOf(
  { root, intermediates, crls, listed }: TrustList,
  asked: ReadonlySet<string>,
): Vector['trust'][number] {
  return {
    root: base64(root),
    intermediates: intermediates.map(base64),
    crls: crls.map(base64),
    listed: listed
      .filter(({ certificate }) => asked.has(certificate.thumbprint))
      .map(({ authority, role, certificate }) => ({ authority, role, certificate: base64(certificate) })),
  };
}

const base64 = ({ der }: { readonly der: Buffer }): string => der.toString('base64');

/** Megabytes of brackets are written as what they are. */
function textOf(bytes: Buffer): Vector['deliveries'][number]['envelope'] {
  const text = bytes.toString('utf8');
  const runs = text.match(/([^])\1{999,}/g) ?? [];
  return runs.length > 0 && runs.join('') === text
    ? { runs: runs.map((run) => [run.slice(0, 1), run.length] as const) }
    : { text };
}

function expectationOf(answer: Opened | Rejected): Expectation {
  if (!answer.ok) return { code: answer.code, authenticated: 'sender' in answer };
  if (answer.kind === 'statement') return { kind: 'statement', typ: answer.typ, content: answer.content };
  const proofs = answer.proofs.map(({ typ, id, sha256 }) => ({ typ, id, sha256 }));
  return { kind: 'message', D: answer.D, payload: answer.payload, proofs };
}
