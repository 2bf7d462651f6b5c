import type { Certificate } from '#trust';
import { newRoot } from '../testing/keepers.js';
import { admitHandOver } from './index.js';

let to: Certificate;
let other: Certificate;
beforeAll(async () => {
  [{ certificate: to }, { certificate: other }] = await Promise.all([newRoot('New'), newRoot('Other')]);
});
const handOver = (recorded: { root: Buffer } | null, isFull = false) =>
  admitHandOver({ book: 'list:KZ', to }, { recorded, isFull });
const refusal = {
  outcome: 'refused',
  code: 'BOOK_CONFLICT',
  detail: 'the root of list:KZ has handed over to another one',
};

it('a root hands over once: to the same root again is a repetition, to another one is refused', () => {
  expect(handOver(null)).toEqual({ outcome: 'admitted' });
  expect(handOver({ root: Buffer.from(to.der) })).toEqual({ outcome: 'repeated' });
  expect(handOver({ root: other.der })).toEqual(refusal);
});

it('a book with all its hand-overs takes no further one, and repeats those it has', () => {
  expect(handOver(null, true)).toEqual(refusal);
  expect(handOver({ root: to.der }, true)).toEqual({ outcome: 'repeated' });
});
