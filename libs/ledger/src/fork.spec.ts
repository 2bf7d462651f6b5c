import type { Checkpoint, Jws } from '#envelope';
import fc from 'fast-check';
import { MemoryLog } from '../testing/memory-log.js';
import { Mirrored } from '../testing/mirrored.js';
import { makeOffices, type Offices } from '../testing/offices.js';
import { leafOf, received, receiptLeaves, tellingOf, type ToldPiece } from '../testing/samples.js';
import {
  contradictorySize,
  forkTiles,
  proveFork,
  sealCheckpoint,
  verifyFork,
  type ForkProof,
} from './index.js';

let offices: Offices;
beforeAll(async () => {
  offices = await makeOffices();
});

const [log, forked] = [new MemoryLog(), new MemoryLog()];
log.append(receiptLeaves(600));
forked.append(receiptLeaves(7));
forked.append(Array.from({ length: 600 }, (_, n) => leafOf(received(n), `fork ${n}`)));

const seal = ({ checkpoint }: ToldPiece): Jws => sealCheckpoint(checkpoint, offices.by);

function proofOf(start: number, size: number, mirroredSize = 500): ForkProof {
  const mirrored = new Mirrored();
  const honest = tellingOf(log, 0, mirroredSize);
  mirrored.take(honest);
  const lie = tellingOf(forked, start, size);
  const outcome = mirrored.take(lie);
  if (outcome.is !== 'fork') throw new Error(outcome.is);
  const tiles = new Set(forkTiles(outcome.contradiction, mirroredSize).map((tile) => JSON.stringify(tile)));
  return proveFork(
    outcome.contradiction,
    { claim: seal(lie), held: seal(honest), size: mirroredSize },
    (tile) => {
      if (!tiles.has(JSON.stringify(tile))) throw new Error('a tile that was not asked for');
      return mirrored.rows.read(tile);
    },
  );
}

describe('the proof of a fork', () => {
  it.each([
    ['in the middle', 100, 200, 100, 'startRoot'],
    ['at our end', 500, 550, 500, 'startRoot'],
    ['at a power of two', 256, 300, 256, 'startRoot'],
    ['in a head that we had passed', 7, 8, 8, 'root'],
    ['in a head of our size', 5, 500, 500, 'root'],
  ])('%s verifies alone', (_, start, size, found, of) => {
    const proof = JSON.parse(JSON.stringify(proofOf(start, size))) as ForkProof;
    expect(proof.of).toBe(of);
    expect(verifyFork(proof, offices)).toMatchObject({
      ok: true,
      size: found,
      claim: { start, size },
      held: { size: 500 },
    });
  });

  it('does not verify where it proves nothing', () => {
    const proof = proofOf(100, 200);
    const digestFault = { ok: false, code: 'EVIDENCE_DIGEST' };
    const over = (members: Partial<ForkProof>) => verifyFork({ ...proof, ...members }, offices);
    const { root } = proofOf(101, 200);
    expect(over({ path: proof.path.slice(1) })).toMatchObject(digestFault);
    expect(over({ root })).toMatchObject(digestFault);
    expect(over({ of: 'root' })).toMatchObject(digestFault);
    expect(over({ claim: seal(tellingOf(log, 100, 200)) })).toMatchObject(digestFault);
    expect(over({ held: seal(tellingOf(log, 0, 99)) })).toMatchObject(digestFault);
    for (const another of [{ ep: 2 }, { to: 'am-nss' }])
      expect(over({ claim: seal(tellingOf(forked, 100, 200, another)) })).toMatchObject(digestFault);
    const bySomebody = sealCheckpoint(tellingOf(forked, 100, 200, { from: 'am-nss' }).checkpoint, offices.am);
    expect(over({ claim: bySomebody })).toMatchObject(digestFault);
  });

  it('does not verify without both signatures', () => {
    const proof = proofOf(100, 200);
    for (const member of ['claim', 'held'] as const) {
      const jws = { ...proof[member], payload: seal(tellingOf(log, 1, 2)).payload };
      expect(verifyFork({ ...proof, [member]: jws }, offices)).toMatchObject({ code: 'EVIDENCE_SIGNATURE' });
      const unknown = {
        ...offices,
        resolve: () => ({ ok: false, code: 'CERTIFICATE_UNKNOWN', detail: '' }) as const,
      };
      expect(verifyFork(proof, unknown)).toMatchObject({ code: 'CERTIFICATE_UNKNOWN' });
    }
  });

  it('of another form is refused, whatever it is', () => {
    const proof = proofOf(100, 200);
    const format = { ok: false, code: 'EVIDENCE_FORMAT' };
    const over = (members: object) => verifyFork({ ...proof, ...members }, offices);
    for (const members of [
      { more: 1 },
      { path: undefined },
      { path: ['short'] },
      { path: Array.from({ length: 65 }, () => proof.root) },
      { root: 'short' },
      { of: 'size' },
      { claim: undefined },
      { held: { payload: '', signatures: [] } },
    ])
      expect(over(members)).toMatchObject(format);
    fc.assert(
      fc.property(fc.jsonValue(), fc.jsonValue(), (claim, held) => {
        expect(over({ claim, held })).toMatchObject(format);
        expect(over({ held })).toMatchObject(format);
        expect(verifyFork(held, offices)).toMatchObject(format);
      }),
    );
  });
});

describe('two checkpoints of one log', () => {
  const of = (tree: MemoryLog, start: number, size: number, over: Partial<Checkpoint> = {}): Checkpoint =>
    tellingOf(tree, start, size, over).checkpoint;

  it.each([
    ['their heads', of(log, 0, 10), of(forked, 1, 10), 10],
    ['their starts', of(log, 8, 10), of(forked, 8, 11), 8],
    ['a head and a start', of(log, 0, 10), of(forked, 10, 11), 10],
    ['a start and a head', of(log, 8, 20), of(forked, 0, 8), 8],
    ['both, which are at once', of(log, 8, 9), of(forked, 8, 9), 8],
  ])('contradict in %s', (_, one, other, size) => {
    expect(contradictorySize(one, other)).toBe(size);
  });

  it('do not contradict where neither size is the same, or both have one root', () => {
    expect(contradictorySize(of(log, 8, 10), of(forked, 9, 11))).toBeUndefined();
    expect(contradictorySize(of(log, 8, 10), of(log, 8, 10))).toBeUndefined();
    expect(contradictorySize(of(log, 0, 7), of(forked, 7, 20))).toBeUndefined();
  });

  it('do not contradict where they are of two logs', () => {
    for (const over of [{ from: 'am-nss' }, { to: 'am-nss' }, { ep: 2 }])
      expect(contradictorySize(of(log, 0, 10), of(forked, 0, 10, over))).toBeUndefined();
  });
});
