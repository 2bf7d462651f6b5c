import { randomBytes } from 'node:crypto';
import { unixSeconds, uuidv7 } from '#core';
import {
  completeSeal,
  encrypt,
  open,
  type Payload,
  payloadBytes,
  prepareSeal,
  signAsOfficer,
} from '#envelope';
import { createRoot, generateKey, issueCertificate, type Role } from '#trust';
import { primitives } from './primitives.js';
import { compared, type Compared, rounded, table } from './statistics.js';
import { MESSAGE, RECIPIENT, SENDER } from './workload.js';

const DAY_MS = 86_400_000;
const HASH = 'A'.repeat(43);
type Suite = 'P-256' | 'RSA';
type Keys = Awaited<ReturnType<typeof keysOf>>;

/**
 * Sealing and opening on one core, one and two signatures, both suites, beside the bare primitives of the same messages. With two
 * signatures the officer's is made as well, which in operation happens elsewhere.
 */
export async function benchEnvelope(): Promise<string> {
  const payload = payloadBytes(samplePayload());
  const rows: string[][] = [];
  for (const suite of ['P-256', 'RSA'] as const) {
    const keys = await keysOf(suite);
    for (const signatures of [1, 2] as const)
      for (const [what, { rate, limit, ratio }] of measure(payload, suite, signatures, keys))
        rows.push([
          `${what}, ${suite}, ${signatures} signature${signatures === 1 ? '' : 's'}`,
          rounded(rate),
          rounded(limit),
          ratio.toFixed(2),
        ]);
  }
  return table(['one core, per second', 'Valise', 'primitives', 'ratio'], rows);
}

function measure(bytes: Buffer, suite: Suite, signatures: 1 | 2, keys: Keys): [string, Compared][] {
  const iat = unixSeconds(new Date());
  const { head, seal, encryption } = keys;
  const sealing = () => {
    const officers =
      signatures === 2 ? [signAsOfficer({ payload: bytes, ...head, role: 'head' as const, iat })] : [];
    const place = { iat, ep: 1, n: 1, prev: null };
    const prepared = prepareSeal({ payload: bytes, officers, certificate: seal.certificate, ...place });
    const jws = completeSeal({ payload: bytes, officers, prepared, key: seal.key });
    return { jws, prepared, body: encrypt({ jws, from: SENDER, recipient: encryption.certificate }) };
  };
  const { jws, prepared, body } = sealing();
  const bare = primitives(suite, {
    inputBytes: prepared.protected.length + 1 + jws.payload.length,
    plaintextBytes: JSON.stringify({ jws, proofs: [], attachmentKeys: [] }).length,
    signatures,
  });
  const signers = new Map(
    [head, seal].map(({ certificate }) => [
      certificate.thumbprint,
      { ok: true, certificate, authority: SENDER, roles: certificate.roles } as const,
    ]),
  );
  const unknown = { ok: false, code: 'CERTIFICATE_UNKNOWN', detail: 'not listed' } as const;
  const options = {
    recipients: [{ authority: RECIPIENT, ...encryption }],
    resolve: (thumbprint: string) => signers.get(thumbprint) ?? unknown,
    now: iat,
  };
  const opening = (): void => {
    const opened = open(body, options);
    if (!opened.ok) throw new Error(`${opened.code}: ${opened.detail}`);
  };
  return [
    ['seal', compared(sealing, bare.seal)],
    ['open', compared(opening, bare.open)],
  ];
}

/** The workload's message as a gateway would sign it. */
function samplePayload(): Payload {
  const { instrument, type, level, body } = MESSAGE;
  const id = uuidv7(Date.now(), randomBytes(16));
  return {
    v: 1,
    id,
    from: SENDER,
    to: RECIPIENT,
    act: `${type}/1`,
    case: id,
    instrument,
    register: Object.fromEntries(
      ['treaty:CIS', 'list:BY', 'list:KZ'].map((book) => [book, { version: 1, hash: HASH }]),
    ),
    exp: unixSeconds(new Date()) + 86_400,
    level,
    body,
    attachments: [],
  };
}

async function keysOf(suite: Suite) {
  const validity = { notBefore: new Date(Date.now() - DAY_MS), notAfter: new Date(Date.now() + DAY_MS) };
  const issuer = await createRoot({ name: 'bench root', suite, ...validity });
  const leaf = async (role: Role, authority: string) => {
    const { privateKey, publicKey } = await generateKey(suite);
    const subject = { name: `${authority} ${role}`, authority };
    const { certificate } = await issueCertificate({ issuer, role, subject, publicKey, ...validity });
    return { certificate, key: privateKey };
  };
  return {
    head: await leaf('head', SENDER),
    seal: await leaf('seal', SENDER),
    encryption: await leaf('encryption', RECIPIENT),
  };
}
