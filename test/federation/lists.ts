import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { unixSeconds } from '#core';
import { signBook } from '#envelope';
import type { NationalList } from '#treaties';
import { issueCertificate, loadCertificate, loadPrivateKey, type Role, writePrivateKey } from '#trust';
import { nationalList } from '../../apps/federation/src/books.js';
import { files, type KeyFiles } from '../../apps/federation/src/keys.js';
import { NODES } from '../../apps/federation/src/sample.js';
import { keysOf } from './crafted.js';
import type { TestFederation } from './harness.js';

export type ListChange = (content: NationalList) => Partial<NationalList>;
export type SigningKey = ReturnType<typeof keysOf>;

const YEAR_MS = 365 * 86_400_000;

/** A national list as its keeper's own key, or another, signs it. */
export function signedListOf(
  { folderOf }: Pick<TestFederation, 'folderOf'>,
  id: string,
  version: number,
  change: ListChange = () => ({}),
  signing: SigningKey = keysOf(files.register(folderOf(id))),
): string {
  const node = NODES.find((one) => one.id === id);
  if (!node) throw new Error(`there is no node ${id}`);
  const content = nationalList(node, folderOf(id), version, Date.now());
  return signBook({ content: { ...content, ...change(content) }, ...signing, iat: unixSeconds(Date.now()) });
}

/** A certificate under the root of a node or depositary, and its key, in files of that node's folder. */
export async function certificateUnderRoot(
  folder: string,
  role: Role,
  authority: string,
): Promise<SigningKey & { readonly files: KeyFiles }> {
  const root = files.root(folder);
  const issuer = {
    certificate: loadCertificate(root.certificate),
    privateKeyPem: readFileSync(root.key, 'utf8'),
  };
  const notBefore = new Date(Date.now() - 1_800_000);
  const notAfter = new Date(Date.now() + YEAR_MS);
  const subject = { name: `${authority} ${role}`, authority };
  const issued = await issueCertificate({ issuer, role, subject, suite: 'P-256', notBefore, notAfter });
  const name = randomBytes(4).toString('hex');
  const made = { certificate: join(folder, `${name}.crt.pem`), key: join(folder, `${name}.key.pem`) };
  writePrivateKey(made.key, issued.privateKeyPem ?? '');
  writePrivateKey(made.certificate, issued.certificate.pem);
  return { certificate: issued.certificate, key: loadPrivateKey(made.key), files: made };
}
