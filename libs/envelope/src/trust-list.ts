import { validatePath, type Certificate, type Crl, type Role } from '#trust';
import type { Resolve } from './jws.js';

/** What one keeper (a state, an organ) says of its authorities' certificates, and the root that the reader pinned for it. */
export interface TrustList {
  readonly root: Certificate;
  readonly intermediates: readonly Certificate[];
  readonly crls: readonly Crl[];
  readonly listed: readonly {
    readonly authority: string;
    readonly role: Role;
    readonly certificate: Certificate;
  }[];
}

/** Resolves thumbprints by lists at hand, for who opens envelopes without a register: the path of each is validated for `at`. */
export function resolveFrom(lists: readonly TrustList[], at: Date): Resolve {
  const found = new Map(
    lists.flatMap((list) =>
      list.listed
        // A certificate is that of the authority which it names: one list's mistaken entry is not to hide another's good one.
        .filter(({ authority, certificate }) => certificate.authority === authority)
        .map((one) => [one.certificate.thumbprint, { ...one, list }] as const),
    ),
  );
  return (thumbprint) => {
    const one = found.get(thumbprint);
    if (one === undefined)
      return {
        ok: false,
        code: 'CERTIFICATE_UNKNOWN',
        detail: `no list names the certificate ${thumbprint}`,
      };
    const { certificate, authority, role, list } = one;
    const { root, intermediates, crls } = list;
    const path = validatePath({ leaf: certificate, root, intermediates, crls, at, role });
    return path.ok ? { ok: true, certificate, authority } : path;
  };
}
