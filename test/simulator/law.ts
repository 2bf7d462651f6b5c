import { readFileSync } from 'node:fs';
import { compileRegister, decisionFileSchema } from '#policy';
import { createRoot, type Certificate } from '#trust';
import { hold, NOT_AFTER, NOT_BEFORE } from '../../libs/envelope/testing/offices.js';

/** Run from the top of the clone, as tests are. */
const { register } = decisionFileSchema.parse(
  JSON.parse(readFileSync('test/vectors/decisions/contract.json', 'utf8')),
);

/** Authorities of five states that are bound by the agreement of 2018, each with a node of its own. */
export const AUTHORITIES = ['kz-knb', 'by-mvd', 'ru-fsb', 'kg-gknb', 'tj-gknb'] as const;
export const REGISTER = compileRegister(register);
/** 2026-03-10T09:00:00Z, in Unix milliseconds. */
export const BEGINNING = Date.parse('2026-03-10T09:00:00Z');

/** The seals' certificates, which identities are made of; nothing is signed in the simulator. */
export async function sealsOf(authorities: readonly string[]): Promise<ReadonlyMap<string, Certificate>> {
  const root = await createRoot({
    name: 'Root',
    country: 'KZ',
    suite: 'P-256',
    notBefore: NOT_BEFORE,
    notAfter: NOT_AFTER,
  });
  const seals = new Map<string, Certificate>();
  for (const authority of authorities)
    seals.set(authority, (await hold(root, 'seal', authority, 'P-256')).certificate);
  return seals;
}
