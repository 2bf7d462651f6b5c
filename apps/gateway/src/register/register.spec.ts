import { createHash } from 'node:crypto';
import { instantOf, unixSeconds } from '#core';
import { type Payload, RootChains, signBookStatement } from '#envelope';
import { type Certificate, createRoot, issueCertificate, privateKeyOf } from '#trust';
import type { DataSource } from 'typeorm';
import type { Configuration } from '../configuration.js';
import type { Quarantine } from '../quarantine/quarantine.js';
import type { BookConflicts } from './conflicts.js';
import { Register } from './register.js';
import type { Roots } from './roots.js';
import type { Shelf } from './shelf.js';
import type { KeepersWords } from './words.js';

const BOOK = 'list:KZ';
const DAY_MS = 86_400_000;
const validity = { notBefore: new Date(Date.now() - DAY_MS), notAfter: new Date(Date.now() + DAY_MS) };
const rootNamed = (name: string) => createRoot({ name, country: 'KZ', suite: 'P-256', ...validity });
const hashOf = (content: string): string => createHash('sha256').update(content).digest('base64url');
const arrival = { kind: 'book-statement', exchange: 'out.kz', queue: 'q', from: 'kz', body: Buffer.from('') };

/** A register with one book under the root that is pinned for its keeper. */
async function registerWith(
  known: { version: number; hash: string },
  pinned: Certificate,
  next?: Certificate,
) {
  const claimed: string[] = [];
  const refused: string[] = [];
  const row = { book: BOOK, era: 0, content: { book: BOOK }, text: '', root: null, ...known };
  const handedOver = next ? [{ book: BOOK, fromRoot: pinned.thumbprint, root: next.der }] : [];
  const chains = new RootChains(() => pinned, handedOver);
  const done = () => Promise.resolve();
  const database = {
    getRepository: () => ({ query: () => Promise.resolve([row]) }),
    query: () => Promise.resolve([{ book: BOOK, ...known }]),
    transaction: (work: (tx: unknown) => Promise<unknown>) => work({}),
  };
  const words = { reload: done, announce: done, confirm: done, isSuperseded: () => false };
  const conflicts = {
    ...{ reload: done, forgetRefuted: done, isProven: () => false },
    claim: ({ hash }: { hash: string }) => claimed.push(hash),
  };
  const quarantine = {
    put(_arrival: unknown, { code }: { code: string }) {
      refused.push(code);
      return Promise.resolve(false);
    },
  };
  const revocation = { warnAfterHours: 1, refuseAfterHours: 2, required: false };
  const configuration = { register: { revocation }, authorities: [] };
  const register = new Register(
    database as unknown as DataSource,
    configuration as unknown as Configuration,
    { chains, reload: done } as unknown as Roots,
    words as unknown as KeepersWords,
    conflicts as unknown as BookConflicts,
    {} as unknown as Shelf,
    quarantine as unknown as Quarantine,
  );
  await register.onModuleInit();
  return { register, claimed, refused };
}

async function statement(root: Awaited<ReturnType<typeof createRoot>>, version: number, hash: string) {
  const at = unixSeconds(Date.now());
  const content = { book: BOOK, version, hash, at: instantOf(at) };
  const subject = { name: 'KZ register', authority: 'KZ' };
  const issued = await issueCertificate({
    issuer: root,
    role: 'register',
    subject,
    suite: 'P-256',
    ...validity,
  });
  const key = privateKeyOf(issued.privateKeyPem ?? '');
  return signBookStatement({ content, certificate: issued.certificate, key, iat: at });
}

describe('a keeper that handed over to a new root, under which versions start again', () => {
  const known = { version: 1, hash: hashOf('old') };

  it('states no second history with the number of an older list, and the new list is asked for', async () => {
    const [old, next] = [await rootNamed('old'), await rootNamed('new')];
    const { register, refused } = await registerWith(known, old.certificate, next.certificate);
    expect(await register.acceptStatement(await statement(next, 1, hashOf('new')), arrival)).toBe('behind');
    expect(refused).toEqual([]);
  });

  it('is not accused by a message that was decided on the new list', async () => {
    const [old, next] = [await rootNamed('old'), await rootNamed('new')];
    const { register, claimed } = await registerWith(known, old.certificate, next.certificate);
    const apart = register.apartFrom({ [BOOK]: { version: 1, hash: hashOf('new') } }, 'kz');
    expect(apart).toMatchObject({ code: 'REGISTER_BEHIND' });
    expect(claimed).toEqual([]);
  });
});

describe('a keeper under one root', () => {
  const known = { version: 7, hash: hashOf('ours') };

  it('states a second history by another hash under a number that is here', async () => {
    const root = await rootNamed('only');
    const { register, refused } = await registerWith(known, root.certificate);
    expect(await register.acceptStatement(await statement(root, 7, hashOf('theirs')), arrival)).toBe(
      'refused',
    );
    expect(refused).toEqual(['BOOK_CONFLICT']);
    expect(await register.acceptStatement(await statement(root, 7, hashOf('ours')), arrival)).toBe('noted');
    expect(await register.acceptStatement(await statement(root, 8, hashOf('newer')), arrival)).toBe('behind');
  });

  it('is accused by a message that was decided on another content', async () => {
    const { register, claimed } = await registerWith(known, (await rootNamed('only')).certificate);
    expect(register.apartFrom({ [BOOK]: { version: 7, hash: hashOf('theirs') } }, 'by')?.code).toBe(
      'REGISTER_BEHIND',
    );
    expect(claimed).toEqual([hashOf('theirs')]);
    expect(register.apartFrom({ [BOOK]: known }, 'by')).toBeUndefined();
  });
});

it('a message names the treaty’s book, whatever lists there are', async () => {
  const { register } = await registerWith(
    { version: 1, hash: hashOf('a') },
    (await rootNamed('only')).certificate,
  );
  const message = { instrument: 'cis-it-crime-2018', from: 'kz-knb', to: 'by-mvd' };
  const unnamed = (register_: object) => register.unnamedIn({ ...message, register: register_ } as Payload);
  expect(unnamed({})).toEqual(['treaty:CIS']);
  expect(unnamed({ 'treaty:CIS': { version: 1, hash: hashOf('t') } })).toEqual([]);
});
