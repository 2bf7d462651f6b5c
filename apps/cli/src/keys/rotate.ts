import { existsSync, readdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import { ValiseError } from '#core';
import {
  type Certificate,
  type CertificateRequest,
  createRequest,
  destroyPrivateKey,
  parseRequest,
  planRotation,
  type RotationPlan,
  type Suite,
  writePrivateKey,
} from '#trust';
import type { RootFolder } from '../certificates/root-folder.js';
import { certificateFrom, readText, writeNew } from './key-files.js';
import { namedIn } from './named-files.js';

export interface Rotation {
  /** Where the gateway's keys are: `NAME.key.pem`, `NAME.crt.pem`, and `NAME.csr.pem` while a certificate is awaited. */
  readonly folder: string;
  readonly authority: string;
  readonly now: Date;
  /** The federation's longest `messageDays`. */
  readonly expDaysMax: number;
  readonly suite: Suite;
  /** The subject of new certificates. */
  readonly name: string;
  readonly country?: string | undefined;
  /** Issues at once; without it a request is left. */
  readonly root?: RootFolder | undefined;
  /** The gateway's configuration, whose keys are not destroyed; where it is not given, `node.yaml` beside the folder. */
  readonly configuration?: string | undefined;
  /** Only reports what would be done. */
  readonly dryRun: boolean;
}

interface Held {
  readonly base: string;
  readonly certificate: Certificate;
  readonly thumbprint: string;
  readonly notBefore: Date;
  readonly notAfter: Date;
}

const DAY_MS = 86_400_000;

/**
 * The monthly change of an authority's encryption key: makes the next one in time, destroys those that nothing valid
 * was encrypted to and the gateway's configuration no longer names, and reports what that and the authority's list
 * should name.
 *
 * @returns what was done and what is to do, one line each
 * @throws ValiseError
 */
export async function rotate(rotation: Rotation): Promise<string[]> {
  const { folder, authority, now, expDaysMax, dryRun } = rotation;
  const held = heldIn(folder, authority);
  const plan = planRotation({ certificates: held, now, expDaysMax });
  // Read before anything is done: a configuration that cannot be read may name any of them.
  const beside = join(folder, '..', 'node.yaml');
  const configuration = rotation.configuration ?? (existsSync(beside) ? beside : undefined);
  const isNamed = configuration === undefined ? () => false : namedIn(configuration);
  const lines = await makeNext(rotation, plan);
  for (const { base, notAfter } of plan.destroy) {
    if (isNamed(join(folder, `${base}.key.pem`))) {
      lines.push(
        `NOT DESTROYED: ${base}.key.pem, whose certificate ended on ${day(notAfter)}: ${configuration ?? ''} still names it, and the gateway would not start without it`,
        `to do: take ${base} out of ${configuration ?? ''}, restart the gateway, and run this again`,
      );
      continue;
    }
    if (!dryRun) destroyPrivateKey(join(folder, `${base}.key.pem`));
    lines.push(
      `${dryRun ? 'would destroy' : 'destroyed'} ${base}.key.pem: its certificate ended on ${day(notAfter)}, and every message to it expired`,
    );
  }
  return [...lines, ...told(rotation, dryRun ? held : heldIn(folder, authority))];
}

function heldIn(folder: string, authority: string): Held[] {
  return names(folder, '.crt.pem')
    .filter((base) => existsSync(join(folder, `${base}.key.pem`)))
    .map((base) => ({ base, certificate: certificateFrom(join(folder, `${base}.crt.pem`)) }))
    .filter(
      ({ certificate }) => certificate.authority === authority && certificate.roles.includes('encryption'),
    )
    .map(({ base, certificate }) => {
      const { thumbprint, notBefore, notAfter } = certificate;
      return { base, certificate, thumbprint, notBefore, notAfter };
    });
}

/** A request that was made by an earlier run and has no certificate yet. */
function pendingIn(
  folder: string,
  authority: string,
): { base: string; request: CertificateRequest } | undefined {
  return names(folder, '.csr.pem')
    .filter((base) => !existsSync(join(folder, `${base}.crt.pem`)))
    .map((base) => ({ base, request: parseRequest(readText(join(folder, `${base}.csr.pem`))) }))
    .find(({ request }) => request.authority === authority && request.role === 'encryption');
}

async function makeNext(rotation: Rotation, plan: RotationPlan<Held>): Promise<string[]> {
  const { folder, authority, root, dryRun } = rotation;
  if (plan.next === undefined) return [];
  const lines: string[] = [];
  let base = pendingIn(folder, authority)?.base;
  if (base === undefined) {
    base = `${authority}.encryption-${day(plan.next.notBefore)}`;
    lines.push(`${dryRun ? 'would make' : 'made'} ${base}.key.pem and its request ${base}.csr.pem`);
    if (!dryRun) await makeRequest(rotation, base);
  }
  const days = Math.ceil((plan.next.notAfter.getTime() - plan.next.notBefore.getTime()) / DAY_MS);
  if (root === undefined)
    return [
      ...lines,
      `to do: have ${base}.csr.pem certified and put the answer beside it as ${base}.crt.pem; at the root:`,
      `  valise certs issue ${base}.csr.pem --root FOLDER --authority ${authority} --role encryption --from ${plan.next.notBefore.toISOString()} --days ${days} --out ${base}.crt.pem`,
    ];
  if (!dryRun) {
    const request = join(folder, `${base}.csr.pem`);
    const issued = await root.issue({ request, authority, role: 'encryption', days }, plan.next);
    writeNew(join(folder, `${base}.crt.pem`), issued.pem);
  }
  return [
    ...lines,
    `${dryRun ? 'would issue' : 'issued'} ${base}.crt.pem, from ${day(plan.next.notBefore)} to ${day(plan.next.notAfter)}`,
  ];
}

async function makeRequest(rotation: Rotation, base: string): Promise<void> {
  const { folder, authority, name, country, suite } = rotation;
  const subject = { name, country };
  const made = await createRequest({ subject, authority, role: 'encryption', suite });
  // A gateway reads its keys without a passphrase.
  writePrivateKey(join(folder, `${base}.key.pem`), made.privateKeyPem ?? '');
  writeNew(join(folder, `${base}.csr.pem`), made.request.pem);
}

function told({ folder, authority, now, expDaysMax }: Rotation, held: readonly Held[]): string[] {
  const { publish, keep } = planRotation({ certificates: held, now, expDaysMax });
  const directory = basename(folder);
  return [
    `the list of ${authority} names, for encryption: ${publish.map(({ base }) => `${base}.crt.pem`).join(', ') || 'none yet'}`,
    `node.yaml, authorities, ${authority} (restart the gateway after a change):`,
    keep.length === 0 ? '  encryption: none yet' : '  encryption:',
    ...keep.flatMap(({ base }) => [
      `    - certificate: ${directory}/${base}.crt.pem`,
      `      key: ${directory}/${base}.key.pem`,
    ]),
  ];
}

function names(folder: string, ending: string): string[] {
  return listed(folder)
    .filter((name) => name.endsWith(ending))
    .map((name) => name.slice(0, -ending.length))
    .sort();
}

function listed(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch (cause) {
    throw new ValiseError(
      'KEY_FILE',
      `${folder} is not a readable folder`,
      { remedy: 'name the folder of the gateway’s keys' },
      { cause },
    );
  }
}

function day(date: Date): string {
  return date.toISOString().slice(0, 10);
}
