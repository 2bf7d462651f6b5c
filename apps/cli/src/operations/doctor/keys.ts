import { createHash } from 'node:crypto';
import { accessSync, constants, existsSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { messageOf } from '#core';
import { readSecret, resolveFrom, type Secret } from '#service';
import { speaksFor } from '#treaties';
import {
  type Certificate,
  isSameKey,
  loadCertificate,
  loadPrivateKey,
  openToken,
  type Role,
  validatePath,
} from '#trust';
import { type Check, fail, failed, ok, warn } from './check.js';
import type { TokenKey, View } from './view.js';

const DAY_MS = 86_400_000;
/** Long enough to have a certificate issued, listed, relayed and signed for. */
const EXPIRES_SOON_DAYS = 30;

/** Keys' modes, certificates' roles, dates and paths: everything that can be judged from the files alone. */
export function checkKeys(view: View, configuration: string, now: Date): Check[] {
  const at = (name: string): string => resolveFrom(configuration, name);
  const { roots, checks: anchors } = checkAnchors(view.anchors, configuration, now);
  const pairs = view.authorities.flatMap(({ id, seal, encryption }) => [
    ...byAge('seal', id, seal),
    ...byAge('encryption', id, encryption),
  ]);
  const { keeper } = view.register;
  return [
    ...anchors,
    ...pairs.map(({ what, role, authority, pair }) =>
      guarded(what, 'name the right pair of files', () =>
        'key' in pair
          ? checkPair(
              what,
              { certificate: at(pair.certificate), key: at(pair.key) },
              role,
              authority,
              roots,
              now,
            )
          : checkToken(what, pair, configuration, authority, roots, now),
      ),
    ),
    ...(keeper
      ? [
          guarded(`keeper of ${keeper.book}`, 'name the right pair of files', () =>
            checkPair(
              `keeper of ${keeper.book}`,
              { certificate: at(keeper.certificate), key: at(keeper.key) },
              'register',
              undefined,
              roots,
              now,
            ),
          ),
        ]
      : []),
  ];
}

/** The pinned roots, each with the SHA-256 that its owner would name. */
export function checkAnchors(
  pinned: View['anchors'],
  configuration: string,
  now: Date,
): { readonly roots: ReadonlyMap<string, Certificate>; readonly checks: Check[] } {
  const roots = new Map<string, Certificate>();
  const checks = pinned.map(({ keeper, certificate }) => {
    const what = `root of ${keeper}`;
    return guarded(what, `get the root’s certificate from ${keeper} itself`, () => {
      const root = loadCertificate(resolveFrom(configuration, certificate));
      roots.set(keeper, root);
      const { seen, ...check } = dated(what, root, now);
      return { ...check, seen: `${seen}, SHA-256 ${createHash('sha256').update(root.der).digest('hex')}` };
    });
  });
  return { roots, checks };
}

/** What a depositary signs its treaty book with. */
export function checkSigning(
  files: { certificate: string; key: string },
  organisation: string,
  now: Date,
): Check {
  const what = `signing for treaty:${organisation}`;
  return guarded(what, 'name the register certificate that this depositary was issued, and its key', () => {
    const certificate = loadCertificate(files.certificate);
    const unfit = checkHolder(what, files.certificate, certificate, 'register', undefined);
    if (unfit) return unfit;
    if (!speaksFor(certificate.authority, `depositary:${organisation}`))
      return fail(
        what,
        `${files.certificate} is of ${certificate.authority ?? 'nobody named'}`,
        `have one issued to ${organisation}`,
      );
    if (!isSameKey(loadPrivateKey(files.key), certificate.publicKey))
      return fail(what, `${files.key} is the key of another certificate`, 'name the right pair of files');
    return dated(what, certificate, now);
  });
}

/** An authority's keys of one kind, the newest first. */
function byAge(role: 'seal' | 'encryption', authority: string, pairs: View['authorities'][number]['seal']) {
  return pairs.map((pair, index) => ({
    what: `${role} of ${authority}${index === 0 ? '' : `, older ${index}`}`,
    role,
    authority,
    pair,
  }));
}

/**
 * The broker knows a node by its account, the user in the URL or the common name of the certificate. Another node's would
 * connect as well, and then may neither send nor receive.
 */
export function checkAccount(
  { node, bus: { tls } }: { readonly node: string; readonly bus: Pick<View['bus'], 'tls'> },
  url: string,
  configuration: string,
  now: Date,
): Check {
  const what = 'bus account';
  const { username } = new URL(url);
  return guarded(what, 'name the certificate and the key that the broker’s operator issued', () => {
    if (username !== '' || tls === undefined) return named(what, decodeURIComponent(username), node);
    const certificate = loadCertificate(resolveFrom(configuration, tls.certificate));
    const key = loadPrivateKey(resolveFrom(configuration, tls.key));
    if (!isSameKey(key, certificate.publicKey))
      return fail(what, `${tls.key} is the key of another certificate`, 'name the right pair of files');
    const date = dated(what, certificate, now);
    // Identifiers of nodes have no character that a name escapes.
    const name = /(?:^|, )CN=([^,+]*)/.exec(certificate.subject)?.[1] ?? '';
    return name === node
      ? { ...date, seen: `certificate of ${name}, ${date.seen}` }
      : named(what, name, node);
  });
}

function named(what: string, account: string, node: string): Check {
  return account === node
    ? ok(what, account)
    : fail(what, `it is of "${account}", this node is ${node}`, 'have an account in this node’s own name');
}

/** A secret in a file must be its owner's alone. */
export function checkSecret(what: string, reference: Secret, configuration: string): Check {
  if ('env' in reference)
    return process.env[reference.env]
      ? ok(what, `from the environment variable ${reference.env}`)
      : fail(what, `the environment variable ${reference.env} is not set`, `set ${reference.env}`);
  const file = resolveFrom(configuration, reference.file);
  if (!existsSync(file)) return fail(what, `${file} does not exist`, 'write the address into it, mode 0600');
  if ((statSync(file).mode & 0o077) !== 0) return fail(what, `others may read ${file}`, `chmod 600 ${file}`);
  return ok(what, file);
}

export function checkFolder(folder: string): Check {
  const what = 'attachments';
  // The gateway makes it at the first attachment.
  const there = existsSync(folder) ? folder : dirname(folder);
  try {
    accessSync(there, constants.R_OK | constants.W_OK | constants.X_OK);
    return ok(what, folder);
  } catch (thrown) {
    return fail(what, messageOf(thrown), `let the gateway’s user write ${there}`);
  }
}

function checkPair(
  what: string,
  files: { certificate: string; key: string },
  role: Role,
  authority: string | undefined,
  roots: ReadonlyMap<string, Certificate>,
  now: Date,
): Check {
  const certificate = loadCertificate(files.certificate);
  const key = loadPrivateKey(files.key);
  const unfit = checkHolder(what, files.certificate, certificate, role, authority);
  if (unfit) return unfit;
  if (!isSameKey(key, certificate.publicKey))
    return fail(what, `${files.key} is the key of another certificate`, 'name the right pair of files');
  return checkIssued(what, certificate, role, roots, now);
}

/** A key in a hardware module: whether it is there, with this PIN, and signs for its certificate. */
function checkToken(
  what: string,
  { certificate: file, pkcs11 }: TokenKey,
  configuration: string,
  authority: string,
  roots: ReadonlyMap<string, Certificate>,
  now: Date,
): Check {
  const certificate = loadCertificate(resolveFrom(configuration, file));
  const unfit = checkHolder(what, file, certificate, 'seal', authority);
  if (unfit) return unfit;
  const library = resolveFrom(configuration, pkcs11.library);
  openToken({ ...pkcs11, library, pin: readSecret(pkcs11.pin, configuration), certificate }).close();
  return checkIssued(what, certificate, 'seal', roots, now);
}

function checkHolder(
  what: string,
  file: string,
  certificate: Certificate,
  role: Role,
  authority: string | undefined,
): Check | undefined {
  const again = 'have another certificate issued';
  if (!certificate.roles.includes(role)) return fail(what, `${file} does not carry the role ${role}`, again);
  if (authority !== undefined && certificate.authority !== authority)
    return fail(what, `${file} is of ${certificate.authority ?? 'no authority'}`, again);
  return undefined;
}

function checkIssued(
  what: string,
  certificate: Certificate,
  role: Role,
  roots: ReadonlyMap<string, Certificate>,
  now: Date,
): Check {
  const date = dated(what, certificate, now);
  if (date.state === 'fail') return date;
  const paths = [...roots.values()].map((root) => validatePath({ leaf: certificate, root, at: now, role }));
  if (paths.some((path) => path.ok)) return date;
  return warn(
    what,
    'no pinned root issued it directly',
    'valid only if its list contains the intermediate between them',
  );
}

function dated(what: string, certificate: Pick<Certificate, 'notBefore' | 'notAfter'>, now: Date): Check {
  const until = certificate.notAfter.toISOString().slice(0, 10);
  if (now < certificate.notBefore)
    return fail(
      what,
      `not valid before ${certificate.notBefore.toISOString()}`,
      'check this machine’s clock',
    );
  if (now > certificate.notAfter)
    return fail(what, `expired on ${until}`, 'have another certificate issued and listed');
  const days = Math.floor((certificate.notAfter.getTime() - now.getTime()) / DAY_MS);
  if (days < EXPIRES_SOON_DAYS)
    return warn(what, `expires in ${days} days, on ${until}`, 'have its successor issued and listed now');
  return ok(what, `valid until ${until}`);
}

function guarded(what: string, remedy: string, check: () => Check): Check {
  try {
    return check();
  } catch (thrown) {
    return failed(what, thrown, remedy);
  }
}
