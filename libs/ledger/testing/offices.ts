import { createPrivateKey } from 'node:crypto';
import { resolveFrom, type Resolve, type TrustList } from '#envelope';
import { createRoot, issueCertificate, type Role } from '#trust';
import type { Sealing } from '../src/index.js';

/** Three authorities of three states, with real keys. */

export const NOW = Date.parse('2026-06-01T00:00:00Z') / 1000;
const VALIDITY = { notBefore: new Date('2026-01-01T00:00:00Z'), notAfter: new Date('2028-01-01T00:00:00Z') };

export interface Offices {
  readonly kz: Sealing;
  readonly by: Sealing;
  readonly am: Sealing;
  /** Of `by`, and not for sealing. */
  readonly head: Sealing;
  readonly lists: readonly TrustList[];
  readonly resolve: Resolve;
}

export const AUTHORITIES = { kz: 'kz-knb', by: 'by-mvd', am: 'am-nss' } as const;

export async function makeOffices(): Promise<Offices> {
  const found = async (authority: string) => {
    const country = authority.slice(0, 2).toUpperCase();
    const root = await createRoot({ name: `Root of ${country}`, country, suite: 'P-256', ...VALIDITY });
    const holder = async (role: Role) => {
      const subject = { name: `${authority} ${role}`, authority };
      const issued = await issueCertificate({ issuer: root, role, subject, suite: 'P-256', ...VALIDITY });
      return {
        certificate: issued.certificate,
        key: createPrivateKey(issued.privateKeyPem ?? ''),
        iat: NOW,
      };
    };
    const [seal, head] = [await holder('seal'), await holder('head')];
    const listed = [
      { authority, role: 'seal' as const, certificate: seal.certificate },
      { authority, role: 'head' as const, certificate: head.certificate },
    ];
    return { seal, head, list: { root: root.certificate, intermediates: [], crls: [], listed } };
  };
  const [kz, by, am] = [
    await found(AUTHORITIES.kz),
    await found(AUTHORITIES.by),
    await found(AUTHORITIES.am),
  ];
  const lists = [kz.list, by.list, am.list];
  const resolve = resolveFrom(lists, new Date(NOW * 1000));
  return { kz: kz.seal, by: by.seal, am: am.seal, head: by.head, lists, resolve };
}
