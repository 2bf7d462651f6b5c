import { readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { instantOf } from '#core';
import { AUTHORITIES, makeOffices, NOW, type Offices } from '../../../libs/ledger/testing/offices.js';
import { mirrorOutcomes, receiptOutcome, type LedgerVector } from '../../../libs/ledger/testing/vector.js';
import { MIRRORS, worldOf as mirrorWorld } from './mirrors.js';
import { messageOf, RECEIPTS, worldOf as receiptWorld } from './receipts.js';

/** Writes every vector again, with new keys, into a folder. @returns how many */
export async function generateVectors(folder: string): Promise<number> {
  for (const name of readdirSync(folder)) if (name.endsWith('.json')) rmSync(join(folder, name));
  const vectors = [...all(await makeOffices())];
  for (const vector of vectors)
    writeFileSync(join(folder, `${vector.name}.json`), `${JSON.stringify(vector, null, 2)}\n`);
  return vectors.length;
}

/** Reads what it writes: a vector that does not give its expected result is an error. */
function* all(offices: Offices): Generator<LedgerVector> {
  const common = { at: instantOf(NOW + 60), trust: trustOf(offices) };
  const receipts = receiptWorld(offices);
  for (const [description, code, make, message = messageOf(7)] of RECEIPTS) {
    const made = make(receipts);
    const receipt = typeof made === 'string' ? made : JSON.stringify(made);
    const name = nameOf('receipt', description);
    const vector = { name, description, of: 'receipt' as const, ...common, message, receipt };
    const expected = receiptOutcome(vector);
    requireSame(name, 'code' in expected ? expected.code : null, code);
    yield { ...vector, expect: expected };
  }
  const mirrors = mirrorWorld(offices);
  const mirror = { own: AUTHORITIES.kz, peer: AUTHORITIES.by, ep: 1 };
  for (const [description, outcomes, make, numbers = { own: 30, peer: 0 }] of MIRRORS) {
    const tellings = make(mirrors);
    const name = nameOf('mirror', description);
    const vector = { name, description, of: 'mirror' as const, ...common, mirror, numbers };
    const found = mirrorOutcomes(vector, tellings);
    const words = found.map(({ is, code }) => (code === undefined ? is : `${is} ${code}`));
    requireSame(name, words.join(), outcomes.join());
    const deliveries = found.map((one, index) => ({ telling: tellings[index] ?? '', expect: one }));
    yield { ...vector, deliveries };
  }
}

function requireSame(name: string, found: string | null, expected: string | null): void {
  if (found !== expected) throw new Error(`${name}: ${found ?? 'verifies'}, not ${expected ?? 'verifies'}`);
}

function nameOf(group: string, description: string): string {
  const words = description.toLowerCase().split(/[^a-z0-9]+/);
  return [group, ...words.slice(0, 9)].join('-');
}

function trustOf({ lists }: Offices): LedgerVector['trust'] {
  const base64 = ({ der }: { readonly der: Buffer }): string => der.toString('base64');
  return lists.map(({ root, listed }) => ({
    root: base64(root),
    intermediates: [],
    crls: [],
    listed: listed.map((one) => ({ ...one, certificate: base64(one.certificate) })),
  }));
}
