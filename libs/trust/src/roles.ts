import forge from 'node-forge';
import { partsOf } from './der.js';

/**
 * What a certificate may be used for. A path is valid for a role only if the issuer wrote that role into the
 * certificate: a listing in a register cannot widen it.
 */
export const ROLES = [
  'seal',
  'encryption',
  'tls',
  'register',
  'head',
  'deputy-head',
  'unit-head',
  'authorised-person',
] as const;
export type Role = (typeof ROLES)[number];

/** The roles of the persons who sign a message before the gateway seals it. */
export const OFFICER_ROLES = ['head', 'deputy-head', 'unit-head', 'authorised-person'] as const;
export type OfficerRole = (typeof OFFICER_ROLES)[number];

/**
 * The certificate extension that carries the roles: `SEQUENCE SIZE (1..8) OF UTF8String`, never critical.
 *
 * The arc is the published self-assignment one, 1.2.840.113556.1.8000.2554 followed by the UUID
 * e4d754d7-398a-440f-9a58-aed3a12db84d in seven parts: `2.25.<uuid>` would be shorter, but common ASN.1
 * libraries truncate its 128-bit arc.
 */
export const ROLE_EXTENSION = '1.2.840.113556.1.8000.2554.58583.21719.14730.17423.39512.11457441.2996301';

/** An identifier of an authority, state, organ, depositary or node, as it stands in `urn:valise:authority:<id>`. */
export const AUTHORITY_ID = /^[A-Za-z0-9][A-Za-z0-9-]{0,63}$/;
export const AUTHORITY_URN = 'urn:valise:authority:';

export function isRole(text: unknown): text is Role {
  return (ROLES as readonly unknown[]).includes(text);
}

/** The DER value of the role extension. */
export function encodeRoles(roles: readonly Role[]): Buffer {
  const { asn1 } = forge;
  const items = roles.map((role) => asn1.create(asn1.Class.UNIVERSAL, asn1.Type.UTF8, false, role));
  const sequence = asn1.create(asn1.Class.UNIVERSAL, asn1.Type.SEQUENCE, true, items);
  return Buffer.from(asn1.toDer(sequence).getBytes(), 'latin1');
}

/** The roles in an extension value, or undefined where it is anything but the one encoding of known roles. */
export function decodeRoles(value: Uint8Array): Role[] | undefined {
  let items: unknown[];
  try {
    items = partsOf(forge.asn1.fromDer(Buffer.from(value).toString('latin1'))).map((item) => item.value);
  } catch {
    return undefined;
  }
  const roles = items.filter(isRole);
  if (roles.length === 0 || new Set(roles).size !== items.length) return undefined;
  return encodeRoles(roles).equals(value) ? roles : undefined;
}
