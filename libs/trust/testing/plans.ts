import 'reflect-metadata';
import { ValiseError } from '#core';
import { createCrl, generateKey, parseCertificate, parseCrl, validatePath, type Role } from '../src/index.js';
import {
  AT,
  ca,
  caUsage,
  leafUsage,
  makeDer,
  noCa,
  NOT_AFTER,
  NOT_BEFORE,
  roles,
  unknown,
  type MadeDer,
} from './chains.js';
import { contentOf, itemsOf, pemOf, resigned } from './der.js';
import type { Fault, Pair, Plan } from './faults.js';

/** Makes chains as planned, faults and all, and asks our validator. */

export interface Keys {
  readonly rsa: readonly Pair[];
}

export function planOf(faults: readonly Fault[], random: (below: number) => number, { rsa }: Keys): Plan {
  const isRsa = random(4) === 0;
  const [rootPair, leafPair] = rsa;
  const plan: Plan = {
    hasMiddle: random(2) === 0,
    root: { extensions: SOUND_ROOT, ...(isRsa && rootPair && { pair: rootPair }) },
    middle: { extensions: SOUND_MIDDLE },
    leaf: isRsa && leafPair ? { pair: leafPair } : {},
    leafExtensions: [noCa, leafUsage()],
    leafRoles: random(3) === 0 ? ['seal', 'register'] : ['seal'],
    asked: 'seal',
    ...(random(2) === 0 && { lists: {} }),
  };
  if (random(3) === 0) plan.leafExtensions.push(unknown(false));
  for (const { apply } of faults) apply(plan);
  return plan;
}

export interface Chain {
  readonly root: MadeDer;
  readonly between: readonly MadeDer[];
  readonly leaf: MadeDer;
  readonly crls: readonly string[] | undefined;
}

const SOUND_ROOT = [ca(1), caUsage];
const SOUND_MIDDLE = [ca(0), caUsage];

/** Sound authorities are made once and serve many chains: making certificates is most of the time here. */
const sound = new Map<object, Promise<MadeDer>>();
function once(key: object, make: () => Promise<MadeDer>): Promise<MadeDer> {
  const known = sound.get(key) ?? make();
  sound.set(key, known);
  return known;
}

export async function build(plan: Plan): Promise<Chain> {
  const base = { notBefore: NOT_BEFORE, notAfter: NOT_AFTER, extensions: [] };
  const second = plan.second === true;
  const makeRoot = () =>
    makeDer({ ...base, name: 'Root', ...plan.root, ...(second && { extensions: [ca(), caUsage] }) });
  const { extensions, pair } = plan.root;
  const changes = Object.keys(plan.root).filter((name) => name !== 'pair' && name !== 'extensions');
  const isSound = extensions === SOUND_ROOT && changes.length === 0 && !second;
  const root = isSound ? await once(pair ?? SOUND_ROOT, makeRoot) : await makeRoot();
  const path: MadeDer[] = [root];
  const below = (): MadeDer => path.at(-1) ?? root;
  if (plan.hasMiddle) {
    const wish = { ...base, name: 'Issuer', issuer: root, ...plan.middle };
    const isPlain = plan.middle.extensions === SOUND_MIDDLE && Object.keys(plan.middle).length === 1;
    const makeMiddle = () => makeDer({ ...wish, ...(second && { extensions: [ca(1), caUsage] }) });
    path.push(isPlain && !second ? await once(root, makeMiddle) : await makeMiddle());
  }
  if (second)
    path.push(await makeDer({ ...base, name: 'Second', issuer: below(), extensions: [ca(0), caUsage] }));
  const issuer = below();
  const signWith = plan.foreign === 'leaf signature' ? (await generateKey('P-256')).privateKey : undefined;
  const leaf = await makeDer({
    ...base,
    name: 'Leaf',
    ...(plan.selfSigned ? {} : { issuer }),
    extensions: [...plan.leafExtensions, ...(plan.leafRoles.length > 0 ? [roles(...plan.leafRoles)] : [])],
    ...plan.leaf,
    ...(signWith && { signWith }),
  });
  const crls = plan.lists && (await listsOf(path, leaf, plan));
  const [shownRoot, ...between] = await exchanged(path, plan);
  return {
    root: shownRoot ?? root,
    between,
    leaf: plan.bitFlipped ? flipped(leaf) : leaf,
    crls,
  };
}

/** The path that the verifier is shown: with another root or intermediate of the same name, where that is the fault. */
async function exchanged(path: readonly MadeDer[], { foreign }: Plan): Promise<MadeDer[]> {
  const place = foreign === 'root' ? 0 : foreign === 'middle' ? path.length - 1 : -1;
  const original = path[place];
  if (original === undefined) return [...path];
  const issuer = path[place - 1];
  const other = await makeDer({
    name: original.name,
    extensions: [ca(1), caUsage],
    ...(issuer && { issuer }),
  });
  return path.with(place, other);
}

function flipped(made: MadeDer): MadeDer {
  const der = Buffer.from(made.der);
  // In the middle of the signature's last number: its length and sign stay.
  const index = der.length - 12;
  der[index] = (der[index] ?? 0) ^ 1;
  return { ...made, der, pem: pemOf('CERTIFICATE', der) };
}

async function listsOf(
  path: readonly MadeDer[],
  leaf: MadeDer,
  { lists: wish = {} }: Plan,
): Promise<string[]> {
  // Seventh from the end: a version may be missing before it.
  const serial = ({ der }: MadeDer) =>
    contentOf(itemsOf(itemsOf(der)[0] ?? der).at(-7) ?? der).toString('hex');
  const crls = path.map(async ({ der, pair, name }, index) => {
    const isLast = index === path.length - 1;
    const other = wish.foreign && isLast ? await makeDer({ name, extensions: [ca(1), caUsage] }) : undefined;
    const certificate = parseCertificate(other?.der ?? der);
    const next = path[index + 1] ?? leaf;
    const isRevoked = wish.revoked === 'leaf' ? isLast : wish.revoked === 'middle' && index === 0;
    const signer = (other?.pair ?? pair).privateKey;
    const { pem, der: list } = await createCrl({
      issuer: { certificate, privateKey: signer },
      revoked: [
        { serialNumber: '4000000000000000000000000000ffff', at: NOT_BEFORE },
        ...(isRevoked ? [{ serialNumber: serial(next), at: NOT_BEFORE }] : []),
      ],
      thisUpdate: wish.thisUpdate ?? NOT_BEFORE,
      nextUpdate: wish.nextUpdate ?? NOT_AFTER,
      number: 1,
    });
    return wish.edit && isLast ? pemOf('X509 CRL', resigned(list, signer, wish.edit)) : pem;
  });
  const made = await Promise.all(crls);
  return wish.without ? made.slice(0, -1) : made;
}

export function weAccept({ root, between, leaf, crls }: Chain, role: Role): boolean {
  try {
    return validatePath({
      root: parseCertificate(root.der),
      intermediates: between.map(({ der }) => parseCertificate(der)),
      leaf: parseCertificate(leaf.der),
      // None at all must not read as "revocation is not checked".
      ...(crls && { crls: crls.map((pem) => parseCrl(pem)), freshness: LONG }),
      at: AT,
      role,
    }).ok;
  } catch (error) {
    if (error instanceof ValiseError && error.code === 'CERTIFICATE_FORMAT') return false;
    throw error;
  }
}
const LONG = { warnAfterHours: 24 * 365, refuseAfterHours: 24 * 365 };
