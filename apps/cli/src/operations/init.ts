import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { ValiseError } from '#core';
import { newToken } from '#service';
import {
  createRoot,
  type Issuer,
  issueCertificate,
  LEAD_DAYS,
  loadPrivateKey,
  PERIOD_DAYS,
  requireKeyOf,
  type Role,
  type Suite,
  writePrivateKey,
} from '#trust';
import { parseDocument } from 'yaml';
import { certificateFrom } from '../keys/key-files.js';
import { writeSecret } from '../services/index.js';

const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;
const ROOT_DAYS = 3650;
/** Until a successor is listed. */
const LEAF_DAYS = 365;
/** As `valise keys rotate` goes on with: a message can be opened for as long as its key is kept. */
const ENCRYPTION_DAYS = PERIOD_DAYS + LEAD_DAYS;

export interface NewNode {
  readonly node: string;
  /** Whose list names the authorities: `state:KZ` or `organ:cis-atc`. */
  readonly keeper: string;
  readonly authorities: readonly string[];
  readonly listen: { readonly host: string; readonly port: number };
  readonly suite: Suite;
  /** An existing root; one is made where this is absent. */
  readonly issuer?: {
    readonly certificate: string;
    readonly key: string;
    /** Of a protected key. */
    readonly passphrase?: Buffer | undefined;
  };
  /** Whether heads' keys are made too, to be given to their offices. */
  readonly heads: boolean;
}

const AUTHORITY = /^[a-z][a-z0-9-]{1,39}$/;
const KEEPER = /^(state:([A-Z]{2})|organ:([a-z][a-z0-9-]{1,39}))$/;

/** @throws ValiseError CONFIGURATION where ids do not fit each other: nobody would accept such a list */
export function requireFitting({ node, keeper, authorities }: NewNode): void {
  const wrong = [node, ...authorities].find((id) => !AUTHORITY.test(id));
  if (wrong !== undefined)
    throw new ValiseError('CONFIGURATION', `"${wrong}" is no id`, {
      remedy: 'use lower-case letters, digits and hyphens, 2 to 40 of them',
    });
  if (!KEEPER.test(keeper))
    throw new ValiseError('CONFIGURATION', `"${keeper}" keeps no list`, {
      remedy: 'write state:KZ with the country’s code, or organ:cis-atc',
    });
  const [kind, id = ''] = keeper.split(':');
  const stranger = authorities.find((authority) =>
    kind === 'state' ? !authority.startsWith(`${id.toLowerCase()}-`) : authority !== id,
  );
  if (stranger !== undefined)
    throw new ValiseError('CONFIGURATION', `${stranger} cannot stand in the list of ${keeper}`, {
      remedy:
        kind === 'state'
          ? `ids of this state begin with ${id.toLowerCase()}-`
          : `an organ is listed as ${id}`,
    });
}

/**
 * A node's configuration made from the commented example: what is known is filled in, comments stay.
 *
 * @param example text of config/node.example.yaml
 */
export function configurationFor(
  example: string,
  { node, keeper, authorities, listen }: NewNode,
  tokenSha256: string,
): string {
  const document = parseDocument(example);
  const keeperId = keeper.split(':')[1] ?? '';
  document.set('node', node);
  document.setIn(['listen', 'host'], listen.host);
  document.setIn(['listen', 'port'], listen.port);
  document.setIn(['bus', 'peers'], document.createNode(authorities.length > 1 ? [node] : [], { flow: true }));
  document.set(
    'authorities',
    document.createNode(
      authorities.map((id) => ({
        id,
        seal: pairNames(`${id}.seal`),
        encryption: [pairNames(`${id}.encryption`)],
      })),
    ),
  );
  document.set('anchors', document.createNode([{ keeper, certificate: `anchors/${keeperId}.pem` }]));
  document.setIn(
    ['register', 'keeper'],
    document.createNode({ book: `list:${keeperId}`, ...pairNames('register') }),
  );
  document.set('administratorTokenSha256', tokenSha256);
  // Nothing was restored: sequences begin at the beginning.
  document.delete('restoredAt');
  return document.toString({ lineWidth: 0, flowCollectionPadding: false });
}

/**
 * Writes a folder that a node can start from: configuration, keys, certificates, the first administrator's token.
 *
 * @returns the files written, relative to the folder
 * @throws ValiseError CONFIGURATION where the folder has something in it: keys are never overwritten
 */
export async function initNode(folder: string, node: NewNode, example: string, now: Date): Promise<string[]> {
  requireFitting(node);
  if (existsSync(folder) && readdirSync(folder).length > 0)
    throw new ValiseError('CONFIGURATION', `${folder} is not empty`, {
      remedy: 'name a folder that is not there yet',
    });
  // Before anything is written: a root that cannot be used leaves no half-made folder.
  const issuer = node.issuer && existing(node.issuer);
  for (const name of ['keys', 'anchors']) mkdirSync(join(folder, name), { recursive: true, mode: 0o700 });
  const written: string[] = [];
  const maker = new Maker(folder, node, now, written, issuer);
  await maker.all();

  const { token, sha256 } = newToken();
  const secrets = {
    'administrator.token': token,
    'database.url': 'postgres://valise:PASSWORD@127.0.0.1:5432/valise',
    'bus.url': 'amqps://BROKER:5671/valise',
  };
  for (const [name, text] of Object.entries(secrets)) {
    writeSecret(join(folder, name), `${text}\n`);
    written.push(name);
  }
  writeFileSync(join(folder, 'node.yaml'), configurationFor(example, node, sha256), { mode: 0o644 });
  return [...written, 'node.yaml'];
}

function existing({ certificate: file, key, passphrase }: NonNullable<NewNode['issuer']>): Issuer {
  const certificate = certificateFrom(file);
  const privateKey = loadPrivateKey(key, passphrase);
  requireKeyOf(certificate, privateKey);
  return { certificate, privateKey };
}

class Maker {
  constructor(
    private readonly folder: string,
    private readonly node: NewNode,
    private readonly now: Date,
    private readonly written: string[],
    private issuer: Issuer | undefined,
  ) {}

  async all(): Promise<void> {
    const { keeper, authorities, heads } = this.node;
    const [kind, keeperId = ''] = keeper.split(':');
    this.issuer ??= await this.root(kind ?? '', keeperId);
    writeFileSync(this.anchor(), this.issuer.certificate.pem);
    await this.leaf('keys/register', 'register', keeperId, `${keeperId}, register`);
    for (const id of authorities) {
      await this.leaf(`keys/${id}.seal`, 'seal', id, `${id}, seal`);
      await this.leaf(`keys/${id}.encryption`, 'encryption', id, `${id}, encryption`);
      if (heads) await this.leaf(`officers/${id}.head`, 'head', id, `${id}, head`);
    }
  }

  private async root(kind: string, id: string): Promise<Issuer> {
    const root = await createRoot({
      name: `${id} root`,
      country: kind === 'state' ? id : undefined,
      suite: this.node.suite,
      ...this.validity(ROOT_DAYS),
    });
    this.store('root/root', root.certificate.pem, root.privateKeyPem);
    return root;
  }

  private async leaf(name: string, role: Role, authority: string, commonName: string): Promise<void> {
    if (!this.issuer) throw new ValiseError('INTERNAL', 'the issuer comes first');
    const { certificate, privateKeyPem } = await issueCertificate({
      issuer: this.issuer,
      role,
      subject: { name: commonName, authority },
      suite: this.node.suite,
      ...this.validity(role === 'encryption' ? ENCRYPTION_DAYS : LEAF_DAYS),
    });
    this.store(name, certificate.pem, privateKeyPem ?? '');
  }

  private store(name: string, certificatePem: string, keyPem: string): void {
    mkdirSync(join(this.folder, name, '..'), { recursive: true, mode: 0o700 });
    writePrivateKey(join(this.folder, `${name}.key.pem`), keyPem);
    writeFileSync(join(this.folder, `${name}.crt.pem`), certificatePem);
    this.written.push(`${name}.key.pem`, `${name}.crt.pem`);
  }

  private anchor(): string {
    const name = `${this.node.keeper.split(':')[1] ?? ''}.pem`;
    this.written.push(`anchors/${basename(name)}`);
    return join(this.folder, 'anchors', name);
  }

  private validity(days: number): { notBefore: Date; notAfter: Date } {
    // A little back, for clocks that disagree.
    return {
      notBefore: new Date(this.now.getTime() - HOUR_MS),
      notAfter: new Date(this.now.getTime() + days * DAY_MS),
    };
  }
}

function pairNames(name: string): { certificate: string; key: string } {
  return { certificate: `keys/${name}.crt.pem`, key: `keys/${name}.key.pem` };
}
