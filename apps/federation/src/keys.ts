import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  createRoot,
  issueCertificate,
  type Issuer,
  loadCertificate,
  loadPrivateKey,
  type Role,
  writePrivateKey,
} from '#trust';
import { DEPOSITARIES, keeperId, NODES, type SampleAuthority, type SampleNode } from './sample.js';

const YEAR_MS = 365 * 24 * 3600 * 1000;
const ROOT_YEARS = 10;
const LEAF_YEARS = 2;

/** Where a certificate and its key lie; keys have mode 0600. */
export interface KeyFiles {
  readonly certificate: string;
  readonly key: string;
}

const pair = (folder: string, name: string): KeyFiles => ({
  certificate: join(folder, `${name}.crt.pem`),
  key: join(folder, `${name}.key.pem`),
});

/** Names of the files in a node's folder. The head's key stands apart: it belongs to the office, not to the gateway. */
export const files = {
  root: (folder: string): KeyFiles => pair(join(folder, 'root'), 'root'),
  register: (folder: string): KeyFiles => pair(join(folder, 'keys'), 'register'),
  seal: (folder: string, authority: string): KeyFiles => pair(join(folder, 'keys'), `${authority}.seal`),
  encryption: (folder: string, authority: string): KeyFiles =>
    pair(join(folder, 'keys'), `${authority}.encryption`),
  head: (folder: string, authority: string): KeyFiles => pair(join(folder, 'officers'), `${authority}.head`),
};

/** Makes roots, certificates and keys that are not there yet. @returns how many pairs were made */
export async function makeKeys(folderOf: (id: string) => string): Promise<number> {
  let made = 0;
  for (const { id, organisation, title } of DEPOSITARIES)
    made += await new Maker(folderOf(id), title, undefined).keeper(organisation);
  for (const node of NODES) {
    const maker = new Maker(folderOf(node.id), node.title, node.country);
    made += await maker.keeper(keeperId(node));
    for (const authority of served(node)) made += await maker.authority(authority);
  }
  return made;
}

export const served = (node: SampleNode): SampleAuthority[] =>
  node.authorities.filter((authority) => authority.served);

class Maker {
  private readonly now = new Date();

  constructor(
    private readonly folder: string,
    private readonly title: string,
    private readonly country: string | undefined,
  ) {
    for (const name of ['root', 'keys', 'officers'])
      mkdirSync(join(folder, name), { recursive: true, mode: 0o700 });
  }

  /** The root of a state, organ or depositary, and the key that signs its book. */
  async keeper(id: string): Promise<number> {
    const at = files.root(this.folder);
    let made = 0;
    if (!present(at)) {
      const root = await createRoot({
        name: `${this.title} sample root`,
        country: this.country,
        suite: 'P-256',
        ...this.validity(ROOT_YEARS),
      });
      store(at, root);
      made++;
    }
    return made + (await this.leaf(files.register(this.folder), 'register', id, `${this.title}, register`));
  }

  async authority({ id, names }: SampleAuthority): Promise<number> {
    return (
      (await this.leaf(files.seal(this.folder, id), 'seal', id, names.en)) +
      (await this.leaf(files.encryption(this.folder, id), 'encryption', id, names.en)) +
      (await this.leaf(files.head(this.folder, id), 'head', id, `Head, ${names.en}`))
    );
  }

  private async leaf(at: KeyFiles, role: Role, authority: string, name: string): Promise<number> {
    if (present(at)) return 0;
    const subject = { name: name.slice(0, 64), authority, country: this.country };
    const issued = await issueCertificate({
      issuer: this.issuer(),
      role,
      subject,
      suite: 'P-256',
      ...this.validity(LEAF_YEARS),
    });
    if (issued.privateKeyPem === undefined) throw new Error('a generated key has a private half');
    store(at, { certificate: issued.certificate, privateKeyPem: issued.privateKeyPem });
    return 1;
  }

  private issuer(): Issuer {
    const { certificate, key } = files.root(this.folder);
    return { certificate: loadCertificate(certificate), privateKeyPem: readFileSync(key, 'utf8') };
  }

  private validity(years: number): { notBefore: Date; notAfter: Date } {
    // A little back, for clocks that disagree.
    return {
      notBefore: new Date(this.now.getTime() - 3_600_000),
      notAfter: new Date(this.now.getTime() + years * YEAR_MS),
    };
  }
}

function present({ certificate, key }: KeyFiles): boolean {
  if (!existsSync(certificate) || !existsSync(key)) return false;
  loadPrivateKey(key);
  return true;
}

function store(at: KeyFiles, made: { certificate: { pem: string }; privateKeyPem: string }): void {
  writePrivateKey(at.key, made.privateKeyPem);
  writeFileSync(at.certificate, made.certificate.pem);
}
