import { deflateRawSync } from 'node:zlib';
import type { Attack, AttackDetails, World } from '../../../libs/envelope/testing/attacks.js';
import type { ContractAttack } from '../../../libs/envelope/testing/contract-attacks.js';
import type { Unfit } from './unfit.js';

/** Attacks that need more than libs/envelope has: odd certificates, and a compressor. */

export type WorldOfUnfit = World & { readonly unfit: Unfit };

const sealedWith =
  (which: keyof Unfit): Attack<WorldOfUnfit>[2] =>
  ({ kz, unfit, seal, payload, pack }) =>
    pack(seal({ ...kz, seal: unfit[which] }, payload()).jws);

const covers = (attack: ContractAttack): AttackDetails => ({ covers: attack });

export const ON_CERTIFICATES: Attack<WorldOfUnfit>[] = [
  ['a seal that expired', 'CERTIFICATE_PATH', sealedWith('expired'), covers('expired certificate')],
  ['a seal that is revoked', 'CERTIFICATE_REVOKED', sealedWith('revoked'), covers('revoked certificate')],
  [
    'a seal whose key may only agree on keys',
    'CERTIFICATE_PATH',
    sealedWith('wrongUsage'),
    covers('wrong-usage certificate'),
  ],
  [
    'a seal below more intermediates than its path allows',
    'CERTIFICATE_PATH',
    sealedWith('tooDeep'),
    covers('path-length violation'),
  ],
  [
    'a seal with a critical extension that nobody knows',
    'CERTIFICATE_PATH',
    sealedWith('unknownExtension'),
    covers('unknown critical extension'),
  ],
  [
    'a seal that the depositary issued and slipped in',
    'CERTIFICATE_PATH',
    sealedWith('substituted'),
    covers('key substituted by the depositary'),
  ],
];

export const ON_COMPRESSION: Attack[] = [
  [
    'sixteen megabytes in as many kilobytes',
    'ENVELOPE_FORMAT',
    ({ pack }) =>
      pack(null, { plaintext: deflateRawSync(Buffer.alloc(2 ** 24)), protectedOver: { zip: 'DEF' } }),
    covers('zip bomb'),
  ],
];
