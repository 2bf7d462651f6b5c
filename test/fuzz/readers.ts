import type { KeyObject } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { canonicalJson } from '#core';
import {
  decryptChunk,
  encryptChunk,
  open,
  type Payload,
  signStatement,
  type StatementType,
  verifyStatement,
  type Jws,
} from '#envelope';
import { readable } from '#exchange';
import {
  cutOut,
  parseReceipt,
  parseTelling,
  readEntries,
  sealCheckpoint,
  tellingBytes,
  verifyCheckpoint,
  verifyReceipt,
} from '#ledger';
import { compileRegister, decide, decisionFileSchema } from '#policy';
import { projectRoot } from '#setup';
import { worldOf } from '../../libs/envelope/testing/attacks.js';
import { signedAgain } from '../../libs/envelope/testing/crafted.js';
import { makeOffices, NOW, openerOf, samplePayload } from '../../libs/envelope/testing/offices.js';
import { consentBy } from '../../libs/envelope/testing/proofs.js';
import { SAMPLES } from '../../libs/envelope/testing/statements.js';
import { Mirrored } from '../../libs/ledger/testing/mirrored.js';
import { MemoryLog } from '../../libs/ledger/testing/memory-log.js';
import { makeOffices as makeLedgerOffices } from '../../libs/ledger/testing/offices.js';
import { receiptLeaves, tellingOf } from '../../libs/ledger/testing/samples.js';
import { GOOD } from '../vectors/envelope/good.js';
import { answerOf, type Door, door, doors } from './doors.js';
import { makeMessage } from './envelope.js';
import { mutateBytes, mutateJson } from './mutate.js';
import type { Random } from './random.js';

/**
 * Every reader of bytes that come from outside, without the bus, the database and the disk in front of it: what a
 * reader answers here it answers there.
 */

/** One in so many inputs is for that door; encrypting and certificates take a hundred times as long as the rest. */
const SHARES: Readonly<Record<string, number>> = {
  ...{ opening: 1, certificate: 1, list: 1, request: 1, book: 2, statement: 2, content: 2 },
  ...{ wire: 20, said: 6, statements: 20, proofs: 2, mirror: 6 },
  ...{ telling: 20, entries: 20, receipt: 20, parts: 20, bodies: 20, decisions: 6 },
};

export async function readers(): Promise<readonly { readonly name: string; readonly door: Door }[]> {
  const all: Readonly<Record<string, Door>> = {
    ...(await doors()),
    ...(await ofEnvelopes()),
    ...(await ofLogs()),
    decisions: ofDecisions(),
  };
  const unknown = Object.keys(SHARES).filter((name) => !Object.hasOwn(all, name));
  if (unknown.length > 0) throw new Error(`no such doors: ${unknown.join()}`);
  return Object.entries(all).flatMap(([name, one]) =>
    Array.from({ length: SHARES[name] ?? 1 }, () => ({ name, door: one })),
  );
}

async function ofEnvelopes(): Promise<Readonly<Record<string, Door>>> {
  const offices = await makeOffices();
  const world = worldOf(offices, { now: NOW, payload: samplePayload });
  const bases = GOOD.map(([, make]) => make(world));
  const options = openerOf(world.by, world);
  const { resolve, kz, am } = offices;
  const types = (Object.keys(SAMPLES) as StatementType[]).filter((typ) => signersOf(typ) === 'sender');
  const statements = types.map((typ) => ({
    typ,
    jws: signStatement({ typ, content: SAMPLES[typ], signers: [{ ...kz.seal, role: 'seal' }], iat: NOW }),
  }));
  const consent = consentBy(world);
  const key = Buffer.alloc(32, 7);
  const chunk = encryptChunk(key, 0, true, Buffer.alloc(200, 1));
  const reading = (typ: StatementType) => (text: string) =>
    fromJson(text, (jws) => answerOf(verifyStatement(jws as Jws, { typ, resolve })));
  return {
    opening: door(
      (random) => makeMessage(random, world, bases),
      (bytes) => answerOf(open(bytes, options)),
    ),
    wire: door(
      (random) => {
        const base = random.pick(bases);
        return random.chance(2)
          ? mutateBytes(random, base)
          : Buffer.from(mutateJson(random, base.toString()));
      },
      (bytes) => answerOf(open(bytes, options)),
    ),
    /** By strangers, who cannot sign. */
    statements: door(
      (random) => {
        const { typ, jws } = random.pick(statements);
        return `${typ} ${mutateJson(random, JSON.stringify(jws))}`;
      },
      (input) => reading(typeIn(input))(input.slice(input.indexOf(' ') + 1)),
    ),
    /** By a seal, which signs what nobody should say. */
    said: door(
      (random) => {
        const { typ, jws } = random.pick(statements);
        const [entry] = jws.signatures;
        const header = Buffer.from(entry?.protected ?? '', 'base64url').toString();
        const text = mutateJson(random, canonicalJson(SAMPLES[typ]));
        const said = { ...jws, payload: Buffer.from(text).toString('base64url') };
        return `${typ} ${JSON.stringify(signedAgain(said, 0, random.chance(8) ? mutateJson(random, header) : header, kz.seal.key))}`;
      },
      (input) => reading(typeIn(input))(input.slice(input.indexOf(' ') + 1)),
    ),
    /** By two officers and a seal. */
    proofs: door((random) => {
      const text = mutateJson(random, Buffer.from(consent.payload, 'base64url').toString());
      let proof: Jws = { ...consent, payload: Buffer.from(text).toString('base64url') };
      for (const [index, { key: own }] of [am.head, am.deputy, am.seal].entries()) {
        const header = Buffer.from(consent.signatures[index]?.protected ?? '', 'base64url').toString();
        proof = signedAgain(proof, index, random.chance(8) ? mutateJson(random, header) : header, own);
      }
      return JSON.stringify(proof);
    }, reading('valise-consent+jws')),
    bodies: door(
      (random) => mutateJson(random, JSON.stringify(samplePayload())),
      (text) =>
        fromJson(text, (payload) => {
          const { act, body } = { ...samplePayload(), ...(payload as Partial<Payload> | null) };
          // Nothing else is a payload: `open` has seen to that.
          if (typeof act !== 'string') return 'ENVELOPE_FORMAT';
          const found = readable({ ...samplePayload(), act, body });
          return 'code' in found ? found.code : 'ok';
        }),
    ),
    /** The first bytes say which chunk it claims to be, the first of them whether the last. */
    parts: door(
      (random) => {
        const claims = Buffer.from([random.below(2), random.below(3)]);
        return Buffer.concat([claims, random.chance(3) ? chunk : mutateBytes(random, chunk)]);
      },
      (bytes) => {
        const plain = decryptChunk(key, bytes[1] ?? 0, bytes[0] === 1, bytes.subarray(2));
        return plain === undefined ? 'ENVELOPE_DECRYPT' : 'ok';
      },
    ),
  };
}

async function ofLogs(): Promise<Readonly<Record<string, Door>>> {
  const offices = await makeLedgerOffices();
  const log = new MemoryLog();
  log.append(receiptLeaves(3));
  const piece = tellingOf(log, 0, 3);
  const checkpoint = sealCheckpoint(piece.checkpoint, offices.by);
  const telling = tellingBytes({ checkpoint, entries: piece.entries });
  const [leaf] = receiptLeaves(1);
  if (!leaf) throw new Error('there is a first leaf');
  const receipt = Buffer.from(JSON.stringify(cutOut(leaf, { index: 0, size: 3, checkpoint }, log.read)));
  return {
    telling: door(
      (random) => mutated(random, telling),
      (bytes) => {
        const parsed = parseTelling(bytes);
        if (!parsed.ok) return parsed.code;
        const verified = verifyCheckpoint(parsed.checkpoint, offices);
        if (!verified.ok) return verified.code;
        const { start, size } = verified.content;
        return answerOf(readEntries(parsed.entries, 0, size - start));
      },
    ),
    /** By a seal, which signs of its log what nobody should, with entries that anybody put beside it. */
    mirror: door(
      (random) => {
        const [entry] = checkpoint.signatures;
        const header = Buffer.from(entry?.protected ?? '', 'base64url').toString();
        const text = random.chance(4)
          ? canonicalJson(piece.checkpoint)
          : numbersMutated(random, piece.checkpoint);
        const said = { ...checkpoint, payload: Buffer.from(text).toString('base64url') };
        const entries = JSON.stringify(piece.entries);
        const beside = random.chance(2) ? entries : mutateJson(random, entries);
        return `{"checkpoint":${JSON.stringify(signedAgain(said, 0, header, offices.by.key as KeyObject))},"entries":${beside}}`;
      },
      (text) => {
        const parsed = parseTelling(Buffer.from(text));
        if (!parsed.ok) return parsed.code;
        const verified = verifyCheckpoint(parsed.checkpoint, offices);
        if (!verified.ok) return verified.code;
        // Another epoch is another log, with a mirror of its own.
        if (verified.content.ep !== piece.checkpoint.ep) return 'LEDGER_BEHIND';
        const taken = new Mirrored().take({ checkpoint: verified.content, entries: parsed.entries });
        return 'code' in taken ? taken.code : 'ok';
      },
    ),
    entries: door(
      (random) => mutateJson(random, JSON.stringify(piece.entries)),
      (text) =>
        fromJson(text, (entries) =>
          answerOf(readEntries(entries, 0, Array.isArray(entries) ? entries.length : 3)),
        ),
    ),
    receipt: door(
      (random) => mutated(random, receipt),
      (bytes) => {
        const parsed = parseReceipt(bytes);
        return parsed.ok ? answerOf(verifyReceipt(parsed.value, offices)) : parsed.code;
      },
    ),
  };
}

/** What `valise decide` reads, and decides if it can be read. */
function ofDecisions(): Door {
  const whole = JSON.parse(
    readFileSync(join(projectRoot(), 'test/vectors/decisions/contract.json'), 'utf8'),
  ) as { register: Record<string, unknown[]>; cases: unknown[] };
  const register = Object.fromEntries(
    Object.entries(whole.register).map(([name, entries]) => [name, entries.slice(0, 2)]),
  );
  const texts = whole.cases.slice(0, 60).map((one) => JSON.stringify({ register, cases: [one] }));
  return door(
    (random) => mutateJson(random, random.pick(texts)),
    (text) =>
      fromJson(text, (file) => {
        const parsed = decisionFileSchema.safeParse(file);
        if (!parsed.success) return 'INPUT_INVALID';
        const books = compileRegister(parsed.data.register);
        for (const { input } of parsed.data.cases) decide(books, input);
        return 'ok';
      }),
  );
}

/** Canonical, so that what is refused is refused for what it says. */
function numbersMutated(random: Random, content: object): string {
  const entries = Object.entries(content) as [string, unknown][];
  const numbers = entries.flatMap(([name, value]) => (typeof value === 'number' ? [name] : []));
  const chosen = random.pick(numbers);
  const value = random.pick([0, 1, 2, 3, 4, 100, 2 ** 31, Number.MAX_SAFE_INTEGER]);
  return canonicalJson({ ...content, [chosen]: value });
}

/** Those that the sender's seal alone signs. */
function signersOf(typ: StatementType): 'sender' | 'others' {
  const of = SAMPLES[typ] as { from?: string; by?: string };
  const proof = ['valise-consent+jws', 'valise-release+jws', 'valise-revocation+jws'].includes(typ);
  return !proof && [of.from, of.by].includes('kz-knb') ? 'sender' : 'others';
}

function typeIn(input: string): StatementType {
  return input.slice(0, input.indexOf(' ')) as StatementType;
}

function mutated(random: Random, bytes: Buffer): Buffer {
  return random.chance(2) ? mutateBytes(random, bytes) : Buffer.from(mutateJson(random, bytes.toString()));
}

/** Where the text is parsed before a reader gets it. */
function fromJson(text: string, read: (value: unknown) => string): string {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return 'INPUT_INVALID';
  }
  return read(value);
}
