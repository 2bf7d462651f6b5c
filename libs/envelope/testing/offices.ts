import { createHash, createPrivateKey, createPublicKey, type KeyObject } from 'node:crypto';
import { createRoot, issueCertificate, type Certificate, type Role, type Suite } from '#trust';
import {
  completeSeal,
  encrypt,
  payloadBytes,
  prepareSeal,
  resolveFrom,
  signAsOfficer,
  type BookReference,
  type Jws,
  type JwsSignature,
  type OpenOptions,
  type Payload,
  type Resolve,
  type TrustList,
} from '../src/index.js';
import { publishedRsaKey } from './published-keys.js';

/** Offices with real keys, for specs: two states' authorities and a third. */

export const NOW = Date.parse('2026-06-01T00:00:00Z') / 1000;
export const AT = new Date(NOW * 1000);
export const NOT_BEFORE = new Date('2026-01-01T00:00:00Z');
export const NOT_AFTER = new Date('2028-01-01T00:00:00Z');

export interface Holder {
  readonly certificate: Certificate;
  readonly key: KeyObject;
}

export interface Office {
  readonly authority: string;
  readonly head: Holder;
  readonly deputy: Holder;
  readonly seal: Holder;
  readonly encryption: Holder;
}

export interface Offices {
  readonly kz: Office;
  readonly by: Office;
  readonly am: Office;
  /** In no list of authorities. */
  readonly register: Holder;
  readonly resolve: Resolve;
}

export interface MadeOffices extends Offices {
  /** A root and a list for each state. */
  readonly roots: Readonly<Record<'KZ' | 'BY' | 'AM', Root>>;
  readonly lists: readonly TrustList[];
}
type Root = Awaited<ReturnType<typeof createRoot>>;

const VALIDITY = { notBefore: NOT_BEFORE, notAfter: NOT_AFTER };

export async function hold(
  issuer: Root,
  role: Role,
  authority: string,
  suite: Suite,
  validity = VALIDITY,
): Promise<Holder> {
  const subject = { name: `${authority} ${role}`, authority };
  const published = suite === 'RSA' ? publishedRsaKey(role) : undefined;
  const { certificate, privateKeyPem } = await issueCertificate({
    issuer,
    role,
    subject,
    ...(published ? { publicKey: createPublicKey(published) } : { suite }),
    ...validity,
  });
  return { certificate, key: published ?? createPrivateKey(privateKeyPem ?? '') };
}

const made = new Map<Suite, Promise<MadeOffices>>();

/**
 * The same at every call.
 *
 * @param suite what kz signs with and by opens with; all else is of the default suite, whose keys are made at once
 */
export function makeOffices(suite: Suite = 'P-256'): Promise<MadeOffices> {
  const offices = made.get(suite) ?? newOffices(suite);
  made.set(suite, offices);
  return offices;
}

async function newOffices(suite: Suite): Promise<MadeOffices> {
  const found = async (country: string, authority: string) => {
    const root = await createRoot({ name: `Root of ${country}`, country, suite: 'P-256', ...VALIDITY });
    const of = (role: Role) => {
      const isUsed = authority === (role === 'encryption' ? 'by-mvd' : 'kz-knb');
      return hold(root, role, authority, isUsed ? suite : 'P-256');
    };
    const office: Office = {
      authority,
      head: await of('head'),
      deputy: await of('deputy-head'),
      seal: await of('seal'),
      encryption: await of('encryption'),
    };
    return { root, office };
  };
  const [kz, by, am] = [
    await found('KZ', 'kz-knb'),
    await found('BY', 'by-mvd'),
    await found('AM', 'am-nss'),
  ] as const;
  const lists = [kz, by, am].map(({ root, office }) => listOf(root.certificate, office));
  return {
    roots: { KZ: kz.root, BY: by.root, AM: am.root },
    kz: kz.office,
    by: by.office,
    am: am.office,
    lists,
    register: await hold(kz.root, 'register', 'KZ', 'P-256'),
    resolve: resolveFrom(lists, AT),
  };
}

function listOf(root: Certificate, { authority, head, deputy, seal, encryption }: Office): TrustList {
  const roles = { head, 'deputy-head': deputy, seal, encryption } as const;
  const listed = Object.entries(roles).map(([role, { certificate }]) => ({
    authority,
    role: role as keyof typeof roles,
    certificate,
  }));
  return { root, intermediates: [], crls: [], listed };
}

/** A version of a book that nobody here has. */
function bookAt(version: number): BookReference {
  return { version, hash: createHash('sha256').update(`version ${version}`).digest('base64url') };
}

export function samplePayload(over: Partial<Payload> = {}): Payload {
  return {
    v: 1,
    id: '01890a5d-ac96-774b-bcce-b302099a8057',
    from: 'kz-knb',
    to: 'by-mvd',
    act: 'request/1',
    case: '01890a5d-ac96-774b-bcce-b302099a8058',
    instrument: 'cis-it-crime-2018',
    register: { 'treaty:CIS': bookAt(3), 'list:KZ': bookAt(12), 'list:BY': bookAt(9) },
    exp: NOW + 86_400,
    level: 'open',
    body: { text: 'О предоставлении сведений', contents: ['6.3.a', '6.3.b'] },
    attachments: [],
    ...over,
  };
}

/** Where in the sequence of its sender to its recipient. */
export interface Place {
  readonly ep: number;
  readonly n: number;
  readonly prev: string | null;
}

export interface Sealed {
  readonly jws: Jws;
  readonly D: string;
}

/** Signs by the officers given and seals; `payload` may be bytes that no honest gateway would make. */
export function sealBy(
  office: Office,
  payload: Payload | Buffer,
  officers: readonly ('head' | 'deputy')[] = ['head'],
  iat = NOW,
  place: Place = { ep: 1, n: 7, prev: null },
): Sealed {
  const bytes = Buffer.isBuffer(payload) ? payload : payloadBytes(payload);
  const signed: JwsSignature[] = officers.map((who) =>
    signAsOfficer({ payload: bytes, ...office[who], role: who === 'head' ? 'head' : 'deputy-head', iat }),
  );
  const prepared = prepareSeal({
    payload: bytes,
    officers: signed,
    certificate: office.seal.certificate,
    iat,
    ...place,
  });
  return {
    jws: completeSeal({ payload: bytes, officers: signed, prepared, key: office.seal.key }),
    D: prepared.D,
  };
}

export function envelopeOf(sealed: Sealed, from: Office, to: Office): Buffer {
  return encrypt({ jws: sealed.jws, from: from.authority, recipient: to.encryption.certificate });
}

export function openerOf(office: Office, { resolve }: Offices): OpenOptions {
  return { recipients: [{ authority: office.authority, ...office.encryption }], resolve, now: NOW };
}
