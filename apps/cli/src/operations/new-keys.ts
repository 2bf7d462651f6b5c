import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import {
  createRoot,
  type Issuer,
  issueCertificate,
  loadPrivateKey,
  privateKeyOf,
  protectPrivateKey,
  requireKeyOf,
  type Role,
  type Suite,
  writePrivateKey,
} from '#trust';
import { certificateFrom } from '../keys/key-files.js';

const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;
const ROOT_DAYS = 3650;
/** Until a successor is listed. */
const LEAF_DAYS = 365;

/** A root that is there already. */
export interface ExistingRoot {
  readonly certificate: string;
  readonly key: string;
  /** Of a protected key. */
  readonly passphrase?: Buffer | undefined;
}

/** @throws ValiseError KEY_FILE, KEY_PERMISSIONS, KEY_PASSPHRASE, CERTIFICATE_FORMAT */
export function existingRoot({ certificate: file, key, passphrase }: ExistingRoot): Issuer {
  const certificate = certificateFrom(file);
  const privateKey = loadPrivateKey(key, passphrase);
  requireKeyOf(certificate, privateKey);
  return { certificate, privateKey };
}

/** Makes the keys and certificates of a new folder, and notes which files it wrote. */
export class KeyMaker {
  readonly written: string[] = [];

  constructor(
    private readonly folder: string,
    private readonly suite: Suite,
    private readonly now: Date,
  ) {}

  /** @param passphrase what protects the key; without one, a copy of the file is the root */
  async root(name: string, country: string | undefined, passphrase: Buffer | undefined): Promise<Issuer> {
    const root = await createRoot({ name, country, suite: this.suite, ...this.validity(ROOT_DAYS) });
    const pem =
      passphrase === undefined
        ? root.privateKeyPem
        : protectPrivateKey(privateKeyOf(root.privateKeyPem), passphrase);
    this.store('root/root', root.certificate.pem, pem);
    return root;
  }

  async leaf(issuer: Issuer, name: string, role: Role, authority: string, days = LEAF_DAYS): Promise<void> {
    const { certificate, privateKeyPem } = await issueCertificate({
      issuer,
      role,
      subject: { name: `${authority}, ${role}`, authority },
      suite: this.suite,
      ...this.validity(days),
    });
    this.store(name, certificate.pem, privateKeyPem ?? '');
  }

  text(name: string, text: string): void {
    mkdirSync(dirname(join(this.folder, name)), { recursive: true, mode: 0o700 });
    writeFileSync(join(this.folder, name), text, { mode: 0o644 });
    this.written.push(name);
  }

  private store(name: string, certificatePem: string, keyPem: string): void {
    mkdirSync(dirname(join(this.folder, name)), { recursive: true, mode: 0o700 });
    writePrivateKey(join(this.folder, `${name}.key.pem`), keyPem);
    writeFileSync(join(this.folder, `${name}.crt.pem`), certificatePem);
    this.written.push(`${name}.key.pem`, `${name}.crt.pem`);
  }

  private validity(days: number): { notBefore: Date; notAfter: Date } {
    // A little back, for clocks that disagree.
    return {
      notBefore: new Date(this.now.getTime() - HOUR_MS),
      notAfter: new Date(this.now.getTime() + days * DAY_MS),
    };
  }
}
