import { createPrivateKey, type KeyObject } from 'node:crypto';
import { createRoot, issueCertificate, type Certificate, type Role, type Suite } from '#trust';
import {
  completeSeal,
  encrypt,
  payloadBytes,
  prepareSeal,
  signAsOfficer,
  type Jws,
  type JwsSignature,
  type OpenOptions,
  type Payload,
  type Resolve,
} from '../src/index.js';

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
  readonly root: { certificate: Certificate; privateKeyPem: string };
  readonly kz: Office;
  readonly by: Office;
  readonly am: Office;
  readonly register: Holder;
  readonly resolve: Resolve;
}

export async function makeOffices(suite: Suite = 'P-256'): Promise<Offices> {
  const validity = { notBefore: NOT_BEFORE, notAfter: NOT_AFTER };
  const root = await createRoot({ name: 'Root', country: 'KZ', suite, ...validity });
  const hold = async (role: Role, authority: string): Promise<Holder> => {
    const { certificate, privateKeyPem } = await issueCertificate({
      issuer: root,
      role,
      suite,
      subject: { name: `${authority} ${role}`, authority },
      ...validity,
    });
    return { certificate, key: createPrivateKey(privateKeyPem ?? '') };
  };
  const found = async (authority: string): Promise<Office> => ({
    authority,
    head: await hold('head', authority),
    deputy: await hold('deputy-head', authority),
    seal: await hold('seal', authority),
    encryption: await hold('encryption', authority),
  });
  const [kz, by, am] = [await found('kz-knb'), await found('by-mvd'), await found('am-nss')];
  const listed = new Map(
    [kz, by, am].flatMap(({ authority, head, deputy, seal, encryption }) =>
      [head, deputy, seal, encryption].map(
        ({ certificate }) => [certificate.thumbprint, { certificate, authority }] as const,
      ),
    ),
  );
  const resolve: Resolve = (thumbprint) => {
    const entry = listed.get(thumbprint);
    return entry === undefined
      ? { ok: false, code: 'CERTIFICATE_UNKNOWN', detail: 'not listed' }
      : { ok: true, ...entry };
  };
  return { root, kz, by, am, register: await hold('register', 'KZ'), resolve };
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
    register: { 'treaty:CIS': 3, 'list:KZ': 12, 'list:BY': 9 },
    exp: NOW + 86_400,
    level: 'open',
    body: { text: 'О предоставлении сведений', contents: ['6.3.a', '6.3.b'] },
    attachments: [],
    ...over,
  };
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
    ep: 1,
    n: 7,
    prev: null,
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
