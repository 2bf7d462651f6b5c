import fc from 'fast-check';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { unixSeconds } from '#core';
import { consistencyPath, inclusionPath } from '#ledger';
import { MemoryLog } from '../../libs/ledger/testing/memory-log.js';
import { digest } from '../../libs/ledger/testing/samples.js';
import type { LedgerVector, MirrorVector, ReceiptVector } from '../../libs/ledger/testing/vector.js';
import { describeWith, PYTHON, run } from './tools.js';

const PEER = join(import.meta.dirname, 'ledger_peer.py');
const HAS_OPENSSL = 'import subprocess; subprocess.run(["openssl", "version"], check=True)';
/** Python takes a while to start: random proofs all at once, and no shrinking. */
const ONE_BATCH = { numRuns: 1, endOnFailure: true };
const FOLDER = 'test/vectors/ledger';
const VECTORS = readdirSync(FOLDER)
  .filter((file) => file.endsWith('.json'))
  .map((file) => JSON.parse(readFileSync(join(FOLDER, file), 'utf8')) as LedgerVector);

function judged(tasks: readonly object[]): unknown[] {
  return JSON.parse(run(PYTHON, [PEER], JSON.stringify(tasks)).toString()) as unknown[];
}

/** What the peer's steps are called here; the rest of our codes are about messages and form, of which it knows nothing. */
const STEPS: Readonly<Record<string, string>> = {
  EVIDENCE_SIGNATURE: 'signature',
  LEDGER_ENTRY: 'inclusion',
  LEDGER_BEHIND: 'inclusion',
};

/** Python's standard library and openssl: nobody here wrote them, and the peer is written from the RFCs. */
describeWith(
  PYTHON,
  ['-c', HAS_OPENSSL],
  'python3 or openssl',
)('python3 with openssl', () => {
  it('proves by receipts what we prove by them, and refuses at the step at which we refuse', () => {
    const receipts = VECTORS.filter(
      (one): one is ReceiptVector =>
        one.of === 'receipt' && !('code' in one.expect && STEPS[one.expect.code] === undefined),
    );
    expect(receipts.length).toBeGreaterThan(15);
    const tasks = receipts.map(({ receipt, trust, at }) => {
      return { judge: 'receipt', receipt, trust, at: unixSeconds(at) };
    });
    const expected = receipts.map(({ expect: one }) =>
      'code' in one ? STEPS[one.code] : { content: one.content, size: one.size },
    );
    expect(judged(tasks)).toEqual(expected);
  });

  it('finds the root that we find over the entries of a telling', () => {
    const mirrors = VECTORS.filter((one): one is MirrorVector => one.of === 'mirror');
    const firsts = mirrors.flatMap(({ deliveries: [first] }) =>
      first !== undefined && ['appended', 'unlike'].includes(first.expect.is) ? [first] : [],
    );
    const answers = judged(firsts.map(({ telling }) => ({ judge: 'telling', telling })));
    expect(answers).toEqual(firsts.map((one) => one.expect.is === 'appended'));
    expect(new Set(answers).size).toBe(2);
  });

  it('verifies our proofs at random sizes up to 70,000, and none that is spoilt', () => {
    const log = new MemoryLog();
    const leaves = Array.from({ length: 70_000 }, (_, n) => digest(`leaf ${n}`));
    log.append(leaves.map((hash) => ({ hash, salt: null, text: null })));
    const base64 = (hash: Buffer | undefined): string => (hash ?? Buffer.alloc(0)).toString('base64url');
    const size = fc.oneof(fc.integer({ min: 2, max: 300 }), fc.integer({ min: 2, max: 70_000 }));
    const places = size.chain((n) => fc.tuple(fc.integer({ min: 1, max: n - 1 }), fc.constant(n)));
    const tasksOf = ([m, n]: [number, number]) => {
      const root = base64(log.rootAt(n));
      const path = inclusionPath(m, n, log.read).map(base64);
      const inclusion = { judge: 'inclusion', leaf: base64(leaves[m]), index: m, size: n, path, root };
      const consistency = {
        ...{ judge: 'consistency', first: m, second: n, firstRoot: base64(log.rootAt(m)), secondRoot: root },
        path: consistencyPath(m, n, log.read).map(base64),
      };
      return [
        inclusion,
        { ...inclusion, path: path.with(-1, base64(digest('spoilt'))) },
        consistency,
        { ...consistency, path: consistency.path.slice(1) },
      ];
    };
    fc.assert(
      fc.property(fc.array(places, { minLength: 100, maxLength: 100 }), (all) => {
        const tasks = all.flatMap(tasksOf);
        expect(judged(tasks)).toEqual(tasks.map((_, index) => index % 2 === 0));
      }),
      ONE_BATCH,
    );
  });
});
