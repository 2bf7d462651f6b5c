import { validatePath, type Certificate, type Crl, type PathAnswer, type Role } from '#trust';
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

interface Entry {
  readonly certificate: Certificate;
  readonly authority: string;
  readonly role: Role;
  readonly walk: () => PathAnswer;
}

/**
 * Resolves thumbprints by given lists, for opening envelopes without a register: the path of each is validated for
 * `at`.
 */
export function resolveFrom(lists: readonly TrustList[], at: Date): Resolve {
  const found = new Map<string, Entry[]>();
  for (const list of lists)
    for (const { authority, role, certificate } of list.listed) {
      // A certificate is that of the authority which it names: one list's mistaken entry is not to hide another's good one.
      if (certificate.authority !== authority) continue;
      const { root, intermediates, crls } = list;
      const walk = (): PathAnswer => validatePath({ leaf: certificate, root, intermediates, crls, at, role });
      const { thumbprint } = certificate;
      found.set(thumbprint, [...(found.get(thumbprint) ?? []), { certificate, authority, role, walk }]);
    }
  return (thumbprint) => {
    let answer: ReturnType<Resolve> = {
      ok: false,
      code: 'CERTIFICATE_UNKNOWN',
      detail: `no list names the certificate ${thumbprint}`,
    };
    for (const { certificate, authority, role, walk } of found.get(thumbprint) ?? []) {
      const path = walk();
      if (path.ok) {
        const before: readonly Role[] = answer.ok ? answer.roles : [];
        answer = { ok: true, certificate, authority, roles: [...before, role] };
      } else if (!answer.ok) answer = path;
    }
    return answer;
  };
}
