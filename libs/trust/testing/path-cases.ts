import 'reflect-metadata';
import { KeyUsageFlags } from '@peculiar/x509';
import { createCrl, type Role } from '../src/index.js';
import {
  ca,
  caUsage,
  leafUsage,
  make,
  nameConstraints,
  noCa,
  NOT_AFTER,
  NOT_BEFORE,
  purposes,
  roles,
  unknown,
  type Made,
  type Wish,
} from './chains.js';

export interface Chain {
  readonly root: Made;
  readonly middle: readonly Made[];
  readonly leaf: Made;
  readonly crls?: readonly string[];
}

/** What OpenSSL must say: 'accepts' beside our refusal is where we are stricter, on purpose. */
export type Case = [
  name: string,
  ours: 'ok' | 'CERTIFICATE_PATH' | 'CERTIFICATE_REVOKED',
  openssl: 'accepts' | 'refuses',
  chain: () => Promise<Chain>,
  role?: Role,
];

const rootWish = (over: Partial<Wish> = {}) => make({ name: 'Root', extensions: [ca(1), caUsage], ...over });
const middleWish = (issuer: Made, over: Partial<Wish> = {}) =>
  make({ name: 'Issuer', issuer, extensions: [ca(0), caUsage], ...over });
const leafWish = (issuer: Made, over: Partial<Wish> = {}) =>
  make({ name: 'Leaf', issuer, extensions: [noCa, leafUsage(), roles('seal')], ...over });

async function chain(
  over: { root?: Partial<Wish>; middle?: Partial<Wish>; leaf?: Partial<Wish> } = {},
): Promise<Chain> {
  const root = await rootWish(over.root);
  const middle = await middleWish(root, over.middle);
  return { root, middle: [middle], leaf: await leafWish(middle, over.leaf) };
}

const early = { notBefore: new Date('2026-07-01T00:00:00Z') };
const late = { notAfter: new Date('2026-05-01T00:00:00Z') };
const plain = [noCa, leafUsage(), roles('seal')];

export const CASES: Case[] = [
  [
    'a leaf under the root',
    'ok',
    'accepts',
    async () => {
      const root = await rootWish();
      return { root, middle: [], leaf: await leafWish(root) };
    },
  ],
  ['a leaf under an intermediate', 'ok', 'accepts', () => chain()],
  ['a leaf that expired', 'CERTIFICATE_PATH', 'refuses', () => chain({ leaf: late })],
  ['a leaf of tomorrow', 'CERTIFICATE_PATH', 'refuses', () => chain({ leaf: early })],
  ['an intermediate that expired', 'CERTIFICATE_PATH', 'refuses', () => chain({ middle: late })],
  ['a root that expired', 'CERTIFICATE_PATH', 'refuses', () => chain({ root: late })],
  [
    'an intermediate that is no authority',
    'CERTIFICATE_PATH',
    'refuses',
    () => chain({ middle: { extensions: [noCa, leafUsage()] } }),
  ],
  [
    'an intermediate without basic constraints',
    'CERTIFICATE_PATH',
    'refuses',
    () => chain({ middle: { extensions: [caUsage] } }),
  ],
  [
    'an intermediate that may not sign certificates',
    'CERTIFICATE_PATH',
    'refuses',
    () => chain({ middle: { extensions: [ca(0), leafUsage()] } }),
  ],
  [
    'a root that allows no intermediate',
    'CERTIFICATE_PATH',
    'refuses',
    () => chain({ root: { extensions: [ca(0), caUsage] } }),
  ],
  [
    'two intermediates',
    'CERTIFICATE_PATH',
    'accepts',
    async () => {
      const root = await rootWish({ extensions: [ca(), caUsage] });
      const first = await middleWish(root, { name: 'First', extensions: [ca(1), caUsage] });
      const second = await middleWish(first, { name: 'Second' });
      return { root, middle: [first, second], leaf: await leafWish(second) };
    },
  ],
  [
    'a leaf that issued another',
    'CERTIFICATE_PATH',
    'refuses',
    async () => {
      const root = await rootWish();
      const first = await leafWish(root, { name: 'First' });
      return { root, middle: [first], leaf: await leafWish(first) };
    },
  ],
  [
    'another root of the same name',
    'CERTIFICATE_PATH',
    'refuses',
    async () => ({
      ...(await chain()),
      root: await rootWish(),
    }),
  ],
  [
    'a signature by somebody else',
    'CERTIFICATE_PATH',
    'refuses',
    async () => {
      const other = await rootWish({ name: 'Other' });
      return chain({ leaf: { signWith: other.pair.privateKey } });
    },
  ],
  [
    'a name that does not chain',
    'CERTIFICATE_PATH',
    'refuses',
    () => chain({ leaf: { issuerName: 'Other' } }),
  ],
  [
    'an unknown critical extension in the leaf',
    'CERTIFICATE_PATH',
    'refuses',
    () => chain({ leaf: { extensions: [...plain, unknown(true)] } }),
  ],
  [
    'an unknown critical extension in the intermediate',
    'CERTIFICATE_PATH',
    'refuses',
    () => chain({ middle: { extensions: [ca(0), caUsage, unknown(true)] } }),
  ],
  [
    'an unknown extension that is not critical',
    'ok',
    'accepts',
    () => chain({ leaf: { extensions: [...plain, unknown(false)] } }),
  ],
  [
    'name constraints, which we do not apply',
    'CERTIFICATE_PATH',
    'accepts',
    () => chain({ middle: { extensions: [ca(0), caUsage, nameConstraints(true)] } }),
  ],
  [
    'name constraints that are not critical',
    'CERTIFICATE_PATH',
    'accepts',
    () => chain({ middle: { extensions: [ca(0), caUsage, nameConstraints(false)] } }),
  ],
  ['a signature over SHA-1', 'CERTIFICATE_PATH', 'refuses', () => chain({ leaf: { hash: 'SHA-1' } })],
  ['a role that the leaf lacks', 'CERTIFICATE_PATH', 'accepts', () => chain(), 'head'],
  [
    'no role at all',
    'CERTIFICATE_PATH',
    'accepts',
    () => chain({ leaf: { extensions: [noCa, leafUsage()] } }),
  ],
  [
    'a leaf that is an authority',
    'CERTIFICATE_PATH',
    'accepts',
    async () => {
      const root = await rootWish();
      return {
        root,
        middle: [],
        leaf: await leafWish(root, { extensions: [ca(0), caUsage, roles('seal')] }),
      };
    },
  ],
  [
    'a key for agreement that seals',
    'CERTIFICATE_PATH',
    'accepts',
    () => chain({ leaf: { extensions: [noCa, leafUsage(KeyUsageFlags.keyAgreement), roles('seal')] } }),
  ],
  [
    'a key for signatures that decrypts',
    'CERTIFICATE_PATH',
    'accepts',
    () => chain({ leaf: { extensions: [noCa, leafUsage(), roles('encryption')] } }),
    'encryption',
  ],
  [
    'a key for agreement that decrypts',
    'ok',
    'accepts',
    () => chain({ leaf: { extensions: [noCa, leafUsage(KeyUsageFlags.keyAgreement), roles('encryption')] } }),
    'encryption',
  ],
  [
    'a seal for web servers only',
    'CERTIFICATE_PATH',
    'accepts',
    () => chain({ leaf: { extensions: [...plain, purposes('1.3.6.1.5.5.7.3.1')] } }),
  ],
  [
    'a TLS certificate without its purpose',
    'CERTIFICATE_PATH',
    'accepts',
    () => chain({ leaf: { extensions: [noCa, leafUsage(), roles('tls')] } }),
    'tls',
  ],
  ['a revoked leaf', 'CERTIFICATE_REVOKED', 'refuses', () => revoking('leaf')],
  ['a revoked intermediate', 'CERTIFICATE_REVOKED', 'refuses', () => revoking('middle')],
  ['fresh lists that revoke another', 'ok', 'accepts', () => revoking('nobody')],
  [
    'a list out of date',
    'CERTIFICATE_PATH',
    'refuses',
    () => revoking('nobody', { nextUpdate: late.notAfter }),
  ],
  [
    'a list of tomorrow',
    'CERTIFICATE_PATH',
    'refuses',
    () => revoking('nobody', { thisUpdate: early.notBefore }),
  ],
  [
    'a list that the issuer did not sign',
    'CERTIFICATE_PATH',
    'refuses',
    async () => {
      const [own, other] = [await revoking('nobody'), await revoking('nobody')];
      return { ...own, crls: [own.crls?.[0] ?? '', other.crls?.[1] ?? ''] };
    },
  ],
  [
    'no list for the leaf',
    'CERTIFICATE_PATH',
    'refuses',
    async () => {
      const own = await revoking('nobody');
      return { ...own, crls: own.crls?.slice(0, 1) ?? [] };
    },
  ],
];

async function revoking(
  whom: 'leaf' | 'middle' | 'nobody',
  dates: { thisUpdate?: Date; nextUpdate?: Date } = {},
): Promise<Chain> {
  const made = await chain();
  const [middle] = made.middle;
  if (middle === undefined) throw new Error('a chain has an intermediate');
  const list = async (issuer: Made, revoked: Made | undefined) => {
    const { pem } = await createCrl({
      issuer: { certificate: issuer.certificate, privateKeyPem: issuer.pair.privateKeyPem },
      revoked: [
        { serialNumber: '4000000000000000000000000000ffff', at: NOT_BEFORE, reason: 'key-compromise' },
        ...(revoked === undefined
          ? []
          : [{ serialNumber: revoked.certificate.serialNumber, at: NOT_BEFORE }]),
      ],
      thisUpdate: NOT_BEFORE,
      nextUpdate: NOT_AFTER,
      number: 300,
      ...dates,
    });
    return pem;
  };
  const crls = [
    await list(made.root, whom === 'middle' ? middle : undefined),
    await list(middle, whom === 'leaf' ? made.leaf : undefined),
  ];
  return { ...made, crls };
}

export function plainChain(): Promise<Chain> {
  return chain();
}

export async function loneRoot(): Promise<Chain> {
  const root = await rootWish();
  return { root, middle: [], leaf: root };
}
