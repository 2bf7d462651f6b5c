import 'reflect-metadata';
import { execFile, spawnSync } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { messageOf } from '#core';
import { generateKey } from '#trust';
import { AT } from '../../libs/trust/testing/chains.js';
import { NARROWER, WRONG } from '../../libs/trust/testing/faults.js';
import { build, planOf, weAccept, type Chain } from '../../libs/trust/testing/plans.js';

/**
 * Random chains with none, one or two faults, judged by `openssl verify` and by us. OpenSSL must refuse exactly those with a
 * fault that X.509 knows; we must refuse those as well, and the ones where we are narrower on purpose.
 */

const CHAINS = 240;
const AT_ONCE = 4;

/** mulberry32: small, and the same for the same seed everywhere. */
function generator(seed: number): (below: number) => number {
  let state = seed >>> 0;
  return (below) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  };
}

/** @returns undefined where it accepts, otherwise why not */
async function opensslRefusal(folder: string, id: number, chain: Chain): Promise<string | undefined> {
  const put = (name: string, text: string): string => {
    const file = join(folder, `${id}.${name}`);
    writeFileSync(file, text);
    return file;
  };
  const { root, between, leaf, crls } = chain;
  const args = ['verify', '-x509_strict', '-auth_level', '2', '-attime', String(AT.getTime() / 1000)];
  args.push('-CAfile', put('root', root.pem));
  if (crls) args.push('-crl_check_all');
  if (crls && crls.length > 0) args.push('-CRLfile', put('crls', crls.join('')));
  if (between.length > 0) args.push('-untrusted', put('between', between.map(({ pem }) => pem).join('')));
  args.push(put('leaf', leaf.pem));
  return new Promise((resolve) => {
    execFile('openssl', args, (error, _stdout, stderr) => {
      resolve(error === null ? undefined : `${stderr.trim()} ${messageOf(error)}`);
    });
  });
}

const openssl = spawnSync('openssl', ['version']).status === 0;
if (!openssl) process.stderr.write('openssl is absent: chains are not compared with it (Debian: openssl)\n');

(openssl ? describe : describe.skip)('random chains beside openssl verify', () => {
  const seed = Number(process.env.VALISE_SEED ?? randomInt(2 ** 31));
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'valise-chains-'));
  });
  afterAll(() => {
    rmSync(folder, { recursive: true });
  });

  it(`agree but where we are narrower on purpose (VALISE_SEED=${seed})`, async () => {
    const random = generator(seed);
    const keys = { rsa: [await generateKey('RSA'), await generateKey('RSA')] };
    const every = [...WRONG, ...NARROWER];
    const cases = Array.from({ length: CHAINS }, (_, id) => {
      // Every fault alone first, then pairs and, every tenth for sure, sound chains.
      if (id >= every.length && id % 10 === 0) return { id, faults: [], plan: planOf([], random, keys) };
      const first = id < every.length ? every[id] : random(5) === 0 ? undefined : every[random(every.length)];
      const other = id < every.length || random(2) === 0 ? undefined : every[random(every.length)];
      const faults = [first, other].filter((one) => one !== undefined);
      const distinct = faults.filter(
        (one, index) => faults.findIndex(({ touches }) => touches === one.touches) === index,
      );
      return { id, faults: distinct, plan: planOf(distinct, random, keys) };
    });
    const surprises: string[] = [];
    const seen = new Map<string, number>();
    for (let start = 0; start < cases.length; start += AT_ONCE)
      await Promise.all(
        cases.slice(start, start + AT_ONCE).map(async ({ id, faults, plan }) => {
          const chain = await build(plan);
          const ours = weAccept(chain, plan.asked);
          const refusal = await opensslRefusal(folder, id, chain);
          const names = faults.map(({ name }) => name);
          for (const name of names) seen.set(name, (seen.get(name) ?? 0) + 1);
          const isWrong = faults.some((one) => WRONG.includes(one));
          if ((refusal === undefined) === isWrong || ours !== (faults.length === 0))
            surprises.push(
              `chain ${id} [${names.join(' + ')}]: we ${ours ? 'accept' : 'refuse'}, openssl: ${refusal ?? 'accepts'}`,
            );
        }),
      );
    expect(surprises).toEqual([]);
    expect(every.filter(({ name }) => !seen.has(name))).toEqual([]);
    expect(cases.filter(({ faults }) => faults.length === 0).length).toBeGreaterThan(10);
  }, 180_000);
});
