import { shrunk } from './shrinking.js';

const items = Array.from({ length: 60 }, (_, index) => index);

it.each([[[]], [[7]], [[0, 59]], [[3, 4, 5]], [[1, 17, 33, 58]]])(
  'keeps only what the failure needs: %j',
  (needed: number[]) => {
    const fails = (some: readonly number[]) => needed.every((one) => some.includes(one));
    expect(shrunk(items, fails)).toEqual(needed);
  },
);

it('keeps one of several that would do', () => {
  expect(shrunk(items, (some) => some.includes(5) || some.includes(50))).toHaveLength(1);
});

it('keeps all where all are needed', () => {
  expect(shrunk(items, (some) => some.length === items.length)).toEqual(items);
});
