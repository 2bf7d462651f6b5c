import { SeenIds } from './seen-ids.js';

it('tells new ids from those seen, through every growth', () => {
  const ids = new SeenIds();
  const all = Array.from({ length: 20_000 }, (_, index) => `case ${index}`);
  expect(all.every((id) => ids.add(id))).toBe(true);
  expect(all.some((id) => ids.add(id))).toBe(false);
  expect(ids.add('')).toBe(true);
});
