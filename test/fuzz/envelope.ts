import { ERROR_CODES, type ErrorCode } from '#core';
import { type Jws, open, type Opened, type OpenOptions, proofReference, type Rejected } from '#envelope';
import { worldOf, type World } from '../../libs/envelope/testing/attacks.js';
import { asBytes, craftEnvelope, plaintextOf, signedAgain } from '../../libs/envelope/testing/crafted.js';
import { makeOffices, NOW, openerOf, samplePayload } from '../../libs/envelope/testing/offices.js';
import { carrying, consentBy } from '../../libs/envelope/testing/proofs.js';
import { GOOD } from '../vectors/envelope/good.js';
import { mutateBytes, mutateJson } from './mutate.js';
import { Random } from './random.js';

export interface FuzzReport {
  readonly seed: number;
  readonly messages: number;
  /** How often each code was met; `opened` where the mutation changed nothing that is signed. */
  readonly codes: Readonly<Record<string, number>>;
  readonly slowestMs: number;
  /** Of the heap after collecting, from the first half's end to the second's. */
  readonly grownBytes: number;
}

/** Heap that caches and the engine's own bookkeeping may take between two halves. */
export const GROWTH_BYTES_MAX = 16 * 2 ** 20;
const SLICE = 200;
/** However slow the machine: fewer would not get to every layer. */
const HALF_MESSAGES_MIN = 1_500;
/** What opening may answer with; all else that there are codes for belongs to other layers. */
const CODES: ReadonlySet<string> = new Set(
  ERROR_CODES.filter((code) => /^(ENVELOPE|CERTIFICATE)_/.test(code) || code === 'REPLAY').filter(
    (code) => !(['ENVELOPE_POLICY', 'CERTIFICATE_FORMAT'] as ErrorCode[]).includes(code),
  ),
);

/**
 * Opens mutated envelopes for so long. Outsiders mutate what is on the wire; insiders what they encrypt, and what they sign.
 *
 * @param seconds how long; @param slice is called now and then, for a watchdog to see that it lives
 * @throws Error with the seed and the envelope, for a code that is none of the format's, or whatever `open` throws
 */
export async function fuzzOpening(
  seed: number,
  seconds: number,
  slice: () => Promise<void>,
): Promise<FuzzReport> {
  const world = worldOf(await makeOffices(), { now: NOW, payload: samplePayload });
  const bases = GOOD.map(([, make]) => make(world));
  const options = openerOf(world.by, world);
  const random = new Random(seed);
  const codes: Record<string, number> = {};
  const report = { seed, messages: 0, codes, slowestMs: 0 };
  const half = async (): Promise<number> => {
    const end = Date.now() + (seconds * 1000) / 2;
    const messages = report.messages + HALF_MESSAGES_MIN;
    while (Date.now() < end || report.messages < messages) {
      for (let count = 0; count < SLICE; count++) fuzzOne(makeMessage(random, world, bases), options, report);
      await slice();
    }
    globalThis.gc?.();
    return process.memoryUsage().heapUsed;
  };
  const first = await half();
  const second = await half();
  return { ...report, grownBytes: second - first };
}

type Progress = { -readonly [K in 'messages' | 'slowestMs']: FuzzReport[K] } & {
  readonly seed: number;
  readonly codes: Record<string, number>;
};

function fuzzOne(bytes: Buffer, options: OpenOptions, report: Progress): void {
  const started = performance.now();
  let answer: Opened | Rejected;
  try {
    answer = open(bytes, options);
  } catch (cause) {
    throw new Error(`seed ${report.seed}: open threw on ${shown(bytes)}`, { cause });
  }
  report.slowestMs = Math.max(report.slowestMs, performance.now() - started);
  report.messages += 1;
  const code = answer.ok ? 'opened' : answer.code;
  report.codes[code] = (report.codes[code] ?? 0) + 1;
  if (!answer.ok && !CODES.has(answer.code))
    throw new Error(`seed ${report.seed}: the code ${answer.code} for ${shown(bytes)}`);
}

export function makeMessage(random: Random, world: World, bases: readonly Buffer[]): Buffer {
  const base = random.pick(bases);
  switch (random.below(7)) {
    case 0:
      return mutateBytes(random, base);
    case 1:
      return Buffer.from(mutateJson(random, base.toString()));
    case 2:
      return encrypted(world, mutateJson(random, plaintextOf(world.sealed.jws)));
    case 3:
      return sealedAgain(random, world);
    case 4:
      return sealedPayload(random, world);
    case 5:
      return underHeader(random, world);
    default:
      return withProof(random, world);
  }
}

function encrypted({ kz, by }: World, plaintext: string): Buffer {
  return asBytes(craftEnvelope({ plaintext, from: kz.authority, recipient: by.encryption.certificate }));
}

/** … or encrypt well, under a header that is another message's or none's. */
function underHeader(random: Random, { kz, by, sealed }: World): Buffer {
  const member = random.pick(['enc', 'typ', 'ckc']);
  const value = random.pick(['', 'A256GCM', 'valise-env+jwe', 'A'.repeat(43)]);
  const plaintext = plaintextOf(sealed.jws);
  const recipient = by.encryption.certificate;
  const protectedOver = { [member]: value };
  return asBytes(craftEnvelope({ plaintext, from: kz.authority, recipient, protectedOver }));
}

/** An insider with the seal's key signs a header that nobody should. */
function sealedAgain(random: Random, world: World): Buffer {
  const { jws } = world.sealed;
  const index = random.below(2);
  const header = Buffer.from(jws.signatures[index]?.protected ?? '', 'base64url').toString();
  const { key } = index === 1 ? world.kz.seal : world.kz.head;
  return world.pack(signedAgain(jws, index, mutateJson(random, header), key));
}

/** … or a payload. */
function sealedPayload(random: Random, world: World): Buffer {
  const payload = Buffer.from(world.sealed.jws.payload, 'base64url').toString();
  return world.pack(world.seal(world.kz, Buffer.from(mutateJson(random, payload)), []).jws);
}

/** … or its officers and seal sign a consent that says what none should. */
function withProof(random: Random, world: World): Buffer {
  const consent = consentBy(world);
  const text = mutateJson(random, Buffer.from(consent.payload, 'base64url').toString());
  const { head, deputy, seal } = world.am;
  let proof: Jws = { ...consent, payload: Buffer.from(text).toString('base64url') };
  for (const [index, { key }] of [head, deputy, seal].entries()) {
    const header = Buffer.from(consent.signatures[index]?.protected ?? '', 'base64url').toString();
    proof = signedAgain(proof, index, random.chance(8) ? mutateJson(random, header) : header, key);
  }
  return carrying(world, [proof], [proofReference('valise-consent+jws', 'consent-1', proof)]);
}

function shown(bytes: Buffer): string {
  return bytes.length > 4_000 ? `${bytes.subarray(0, 4_000).toString('base64')}…` : bytes.toString('base64');
}
