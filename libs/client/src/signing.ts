import { ValiseError } from '#core';
import { type JwsSignature, signAsOfficer } from '#envelope';
import { type Certificate, loadCertificate, loadPrivateKey, OFFICER_ROLES, type OfficerRole } from '#trust';
import type { KeyObject } from 'node:crypto';
import type { Api } from './api.js';

export interface OfficerKey {
  readonly certificate: Certificate;
  readonly key: KeyObject;
  readonly role: OfficerRole;
}
interface SigningInput {
  readonly id: string;
  readonly canonical: string;
  readonly payload: string;
}
export interface SentMessage {
  readonly id: string;
  readonly status: string;
  readonly D: string | null;
}

/** @throws ValiseError KEY_FILE, KEY_PERMISSIONS, KEY_PASSPHRASE, ENVELOPE_ROLE */
export function loadOfficerKey(certificateFile: string, keyFile: string, passphrase?: string): OfficerKey {
  const certificate = loadCertificate(certificateFile);
  const role = OFFICER_ROLES.find((known) => certificate.roles.includes(known));
  if (!role)
    throw new ValiseError(
      'ENVELOPE_ROLE',
      `${certificateFile} is not an officer’s certificate; it has the roles: ${certificate.roles.join(', ') || 'none'}`,
      {
        remedy: 'sign with the certificate of a head, deputy head, unit head or authorised person',
      },
    );
  return { certificate, key: loadPrivateKey(keyFile, passphrase), role };
}

/**
 * Signs a draft outside the gateway: fetches its canonical bytes, shows the text that is signed, and hands back the
 * signature alone. The key never leaves this process.
 *
 * @param approve is shown the text; signing goes on only if it resolves to true
 */
export async function signDraft(
  api: Api,
  id: string,
  officer: OfficerKey,
  now: number,
  approve: (canonical: string) => Promise<boolean>,
): Promise<SentMessage> {
  const input = await api.get<SigningInput>(`/v1/messages/${encodeURIComponent(id)}/signing-input`);
  const payload = Buffer.from(input.payload, 'base64url');
  // What is shown is decoded from the very bytes that are signed, not from what the gateway says of them.
  if (!(await approve(payload.toString('utf8'))))
    throw new ValiseError('FORBIDDEN', 'it was not signed: the signer did not agree');
  const signature: JwsSignature = signAsOfficer({ payload, ...officer, iat: Math.floor(now / 1000) });
  return api.post<SentMessage>(`/v1/messages/${encodeURIComponent(id)}/signatures`, signature);
}
