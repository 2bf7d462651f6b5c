import { ValiseError } from '#core';
import { inHalves } from './halving.js';

const fault = new ValiseError('CONFLICT', 'a member that the database does not take');

/** Runs batches without the given members, and notes in which batches the others took effect. */
function refusing(bad: ReadonlySet<number>) {
  const batches: number[][] = [];
  const run = (members: readonly number[]) => {
    if (members.some((member) => bad.has(member))) return Promise.reject(fault);
    batches.push([...members]);
    return Promise.resolve(members.map((member) => `took ${member}`));
  };
  const refused = (member: number, thrown: unknown) =>
    Promise.resolve(thrown === fault ? `refused ${member}` : 'refused for another reason');
  return { batches, run, refused };
}

it('runs a batch at once where nothing is refused', async () => {
  const { batches, run, refused } = refusing(new Set());
  await expect(inHalves([1, 2, 3], run, refused)).resolves.toEqual(['took 1', 'took 2', 'took 3']);
  expect(batches).toEqual([[1, 2, 3]]);
});

it.each(Array.from({ length: 7 }, (_, bad) => bad))(
  'finds the one to blame, in order (%d of 7)',
  async (bad) => {
    const { batches, run, refused } = refusing(new Set([bad]));
    const members = [0, 1, 2, 3, 4, 5, 6];
    const results = await inHalves(members, run, refused);
    expect(results).toEqual(
      members.map((member) => (member === bad ? `refused ${member}` : `took ${member}`)),
    );
    expect(batches.flat()).toEqual(members.filter((member) => member !== bad));
  },
);

it('finds several', async () => {
  const { run, refused } = refusing(new Set([1, 2]));
  await expect(inHalves([0, 1, 2, 3], run, refused)).resolves.toEqual([
    'took 0',
    'refused 1',
    'refused 2',
    'took 3',
  ]);
});

it.each([new ValiseError('DATABASE_UNAVAILABLE', 'no session'), new Error('a defect')])(
  'blames nobody for %s',
  async (thrown) => {
    let runs = 0;
    const run = () => {
      runs += 1;
      return Promise.reject(thrown);
    };
    await expect(inHalves([1, 2], run, () => Promise.resolve('refused'))).rejects.toBe(thrown);
    expect(runs).toBe(1);
  },
);

it('an empty batch is run as one', async () => {
  const run = () => Promise.reject(fault);
  await expect(inHalves([], run, () => Promise.resolve('refused'))).rejects.toBe(fault);
});
