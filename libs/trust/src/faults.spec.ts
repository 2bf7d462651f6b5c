import { NARROWER, WRONG } from '../testing/faults.js';
import { RSA_PAIRS } from '../testing/published-keys.js';
import { build, planOf, weAccept } from '../testing/plans.js';

/** The same faults, one by one, that test/integration/trust-openssl.spec.ts puts before both judges. */
describe('a chain of root, intermediate and leaf with fresh lists', () => {
  /** In place of chance: an intermediate and lists, always. */
  const first = (): number => 0;

  it.each([...WRONG, ...NARROWER])('with $name is refused', async (one) => {
    const plan = planOf([one], first, { rsa: [] });
    expect(weAccept(await build(plan), plan.asked)).toBe(false);
  });

  it('with none of these is accepted, as is one of RSA without intermediate', async () => {
    const plain = planOf([], first, { rsa: [] });
    expect(weAccept(await build(plain), plain.asked)).toBe(true);
    const short = planOf([], (below) => (below === 4 ? 0 : below - 1), { rsa: RSA_PAIRS });
    expect([short.hasMiddle, short.leaf.pair]).toEqual([false, RSA_PAIRS[1]]);
    expect(weAccept(await build(short), short.asked)).toBe(true);
  });
});
