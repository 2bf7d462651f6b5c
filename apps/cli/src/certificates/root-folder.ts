import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ValiseError } from '#core';
import {
  type Certificate,
  createRoot,
  type Crl,
  issueFromRequest,
  type Issuer,
  loadPrivateKey,
  parseCrl,
  parseRequest,
  privateKeyOf,
  protectPrivateKey,
  renewCertificate,
  requireKeyOf,
  type RevocationReason,
  type Role,
  succeedCrl,
  type Suite,
  writePrivateKey,
} from '#trust';
import { certificateFrom, readText, writeNew } from '../keys/key-files.js';

const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;

/**
 * A root as files in a folder, as `valise init` leaves it: `root.crt.pem` and `root.key.pem`; beside them every certificate
 * issued (`issued/SERIAL.crt.pem`), every list (`crl/NUMBER.crl.pem`), and the newest list under the name `crl.pem`.
 */
export class RootFolder {
  private constructor(
    private readonly folder: string,
    readonly issuer: Issuer,
    private readonly now: Date,
  ) {}

  /** @throws ValiseError KEY_FILE, KEY_PERMISSIONS, KEY_PASSPHRASE, CERTIFICATE_FORMAT, CERTIFICATE_PATH (expired) */
  static open(folder: string, passphrase: Buffer | undefined, now: Date): RootFolder {
    const certificate = certificateFrom(join(folder, 'root.crt.pem'));
    const privateKey = loadPrivateKey(join(folder, 'root.key.pem'), passphrase);
    requireKeyOf(certificate, privateKey);
    if (now > certificate.notAfter || now < certificate.notBefore)
      throw new ValiseError(
        'CERTIFICATE_PATH',
        `the root ${certificate.subject} is valid from ${certificate.notBefore.toISOString()} to ${certificate.notAfter.toISOString()}`,
        { remedy: 'check the clock; nothing that an expired root issues is valid' },
      );
    return new RootFolder(folder, { certificate, privateKey }, now);
  }

  static async create(
    folder: string,
    root: { name: string; country?: string | undefined; suite: Suite; years: number },
    passphrase: Buffer | undefined,
    now: Date,
  ): Promise<Certificate> {
    const { years, ...rest } = root;
    const made = await createRoot({ ...rest, ...validity(now, years * 365) });
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    writePrivateKey(
      join(folder, 'root.key.pem'),
      passphrase === undefined
        ? made.privateKeyPem
        : protectPrivateKey(privateKeyOf(made.privateKeyPem), passphrase),
    );
    writeNew(join(folder, 'root.crt.pem'), made.certificate.pem);
    return made.certificate;
  }

  /** @param asked `authority` and `role` are what the office verified, not what the request says */
  async issue(
    asked: { request: string; authority: string; role: Role; days: number },
    period?: { notBefore: Date; notAfter: Date },
  ): Promise<Certificate> {
    const { authority, role, days } = asked;
    const request = parseRequest(readText(asked.request));
    const dates = this.within(period ?? validity(this.now, days));
    const certificate = await issueFromRequest({ issuer: this.issuer, request, authority, role, ...dates });
    return this.keep(certificate);
  }

  /** A successor that begins now, with the key of the request. */
  async renew(predecessor: Certificate, request: string, days: number): Promise<Certificate> {
    const { authority, roles } = predecessor;
    const asked = parseRequest(readText(request));
    const isOtherRole = asked.role !== undefined && !roles.includes(asked.role);
    if ((asked.authority ?? authority) !== authority || isOtherRole)
      throw new ValiseError(
        'FORBIDDEN',
        'the request asks for another authority or role than the predecessor had',
        {
          remedy: 'have a request made for the same authority and role, or issue a new certificate',
        },
      );
    const dates = this.within(validity(this.now, days));
    const { certificate } = await renewCertificate({
      issuer: this.issuer,
      predecessor,
      publicKey: asked.publicKey,
      crl: this.crl(),
      ...dates,
      // One that was issued within the hour begins at the same instant.
      notBefore: dates.notBefore < predecessor.notBefore ? predecessor.notBefore : dates.notBefore,
    });
    return this.keep(certificate);
  }

  /** The newest list, if there is one. */
  crl(): Crl | undefined {
    const file = join(this.folder, 'crl.pem');
    return existsSync(file) ? parseCrl(readText(file)) : undefined;
  }

  /**
   * Publishes the next list.
   *
   * @param revoke what is added to what was revoked before
   * @throws ValiseError CONFLICT where somebody publishes at the same time
   */
  async publish(
    revoke: readonly { serialNumber: string; reason: RevocationReason }[],
    days: number,
  ): Promise<{ file: string; number: number; revoked: number }> {
    const made = await succeedCrl({
      issuer: this.issuer,
      previous: this.crl(),
      revoke: revoke.map((one) => ({ ...one, at: this.now })),
      thisUpdate: this.now,
      nextUpdate: new Date(this.now.getTime() + days * DAY_MS),
    });
    mkdirSync(join(this.folder, 'crl'), { recursive: true });
    const numbered = join(this.folder, 'crl', `${made.number}.crl.pem`);
    try {
      // Two lists of one number would contradict each other.
      writeFileSync(numbered, made.pem, { flag: 'wx' });
    } catch (cause) {
      throw new ValiseError(
        'CONFLICT',
        `list number ${made.number} exists already`,
        {
          remedy: `see ${numbered} and crl.pem: another command published at the same time, or stopped half-way`,
        },
        { cause },
      );
    }
    const file = join(this.folder, 'crl.pem');
    writeFileSync(`${file}.new`, made.pem);
    renameSync(`${file}.new`, file);
    return { file, number: made.number, revoked: made.revoked.length };
  }

  /**
   * The serial number of what is to be revoked.
   *
   * @param what a certificate's file, or a serial number of one that was issued here
   * @throws ValiseError FORBIDDEN where this root did not issue it, CERTIFICATE_REVOKED where it is revoked already
   */
  serialOf(what: string): string {
    const isSerial = /^[0-9a-f]{2,40}$/i.test(what) && !existsSync(what);
    const serial = isSerial ? what.toLowerCase() : this.own(certificateFrom(what)).serialNumber;
    const known = existsSync(join(this.folder, 'issued', `${serial}.crt.pem`));
    if (isSerial && !known)
      throw new ValiseError('NOT_FOUND', `no certificate with the serial number ${serial} was issued here`, {
        remedy: 'name the certificate’s file, or look into issued/',
      });
    if (this.crl()?.revoked.has(serial))
      throw new ValiseError('CERTIFICATE_REVOKED', `${serial} is revoked already`, {
        remedy: 'nothing needs to be done; `valise certs crl` publishes a fresh list',
      });
    return serial;
  }

  private own(certificate: Certificate): Certificate {
    if (certificate.issuer !== this.issuer.certificate.subject)
      throw new ValiseError('FORBIDDEN', `${certificate.subject} was issued by ${certificate.issuer}`, {
        remedy: 'name the folder of the root that issued it',
      });
    return certificate;
  }

  private keep(certificate: Certificate): Certificate {
    writeNew(join(this.folder, 'issued', `${certificate.serialNumber}.crt.pem`), certificate.pem);
    return certificate;
  }

  /** Nothing below a root outlives it. */
  private within(dates: { notBefore: Date; notAfter: Date }): { notBefore: Date; notAfter: Date } {
    const { notBefore, notAfter } = this.issuer.certificate;
    return {
      notBefore: dates.notBefore < notBefore ? notBefore : dates.notBefore,
      notAfter: dates.notAfter > notAfter ? notAfter : dates.notAfter,
    };
  }
}

/** From a little back, for clocks that disagree. */
export function validity(now: Date, days: number): { notBefore: Date; notAfter: Date } {
  return { notBefore: new Date(now.getTime() - HOUR_MS), notAfter: new Date(now.getTime() + days * DAY_MS) };
}

export function contentOf(file: string): Buffer {
  try {
    return readFileSync(file);
  } catch (cause) {
    throw new ValiseError('KEY_FILE', `${file} cannot be read`, { remedy: 'check its name' }, { cause });
  }
}
