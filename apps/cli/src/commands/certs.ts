import { join, resolve } from 'node:path';
import { Command, Option } from 'commander';
import type { RevocationReason, Role, Suite } from '#trust';
import type { RootFolder } from '../certificates/root-folder.js';
import {
  authority,
  command,
  country,
  instant,
  role,
  several,
  suiteOption,
  whole,
  withPassphrase,
} from '../keys/arguments.js';
import type { PassphraseOptions } from '../keys/passphrase.js';

const VARIABLE = 'VALISE_KEY_PASSPHRASE';
const LEAF_DAYS = 365;
const CRL_DAYS = 30;

/** `valise certs`: what an office asks for, and what the root of its state answers, with files alone. */
export function certsCommand(): Command {
  return new Command('certs')
    .description('certificates: request, issue, show, verify, renew, revoke, publish revocation lists')
    .addCommand(rootCommand())
    .addCommand(requestCommand())
    .addCommand(issueCommand())
    .addCommand(renewCommand())
    .addCommand(revokeCommand())
    .addCommand(crlCommand())
    .addCommand(showCommand())
    .addCommand(verifyCommand());
}

function rootCommand(): Command {
  return withPassphrase(command('root', 'make a root: a folder from which certificates are issued'))
    .argument('<folder>', 'where to write root.crt.pem and root.key.pem')
    .requiredOption('--name <name>', 'its common name')
    .option('--country <code>', 'its country', country)
    .option('--years <years>', 'how long it is valid', whole(1, 30), 10)
    .addOption(suiteOption())
    .action(
      async (
        folder: string,
        options: PassphraseOptions & { name: string; country?: string; years: number; suite: Suite },
      ) => {
        const { RootFolder } = await import('../certificates/root-folder.js');
        const { newPassphraseFrom, warnOfUnprotected } = await import('../keys/passphrase.js');
        const passphrase = await newPassphraseFrom(options, VARIABLE);
        if (passphrase === undefined) warnOfUnprotected(join(folder, 'root.key.pem'));
        const { name, suite, years } = options;
        const root = { name, country: options.country, suite, years };
        const certificate = await RootFolder.create(resolve(folder), root, passphrase, new Date());
        passphrase?.fill(0);
        console.log(`${folder}: root ${certificate.subject}, thumbprint ${certificate.thumbprint}`);
      },
    );
}

interface RequestOptions extends PassphraseOptions {
  readonly key: string;
  readonly name: string;
  readonly authority: string;
  readonly role: Role;
  readonly country?: string;
  readonly host?: string[];
  readonly out?: string;
}

function requestCommand(): Command {
  return withPassphrase(
    command('request', 'request a certificate for an existing key (see `valise keys new`)'),
  )
    .requiredOption('--key <file>', 'the private key, which stays here')
    .requiredOption('--name <name>', 'subject, for example the office’s name')
    .requiredOption('--authority <id>', 'the authority it belongs to', authority)
    .requiredOption('--role <role>', 'its role', role)
    .option('--country <code>', 'its country', country)
    .option('--host <name>', 'a host of a tls certificate; can be repeated', several)
    .option('--out <file>', 'where to write the request; printed if absent')
    .action(async (options: RequestOptions) => {
      const { createRequest, loadPrivateKey } = await import('#trust');
      const { passphraseFrom } = await import('../keys/passphrase.js');
      const passphrase = await passphraseFrom(options, VARIABLE);
      const key = loadPrivateKey(options.key, passphrase);
      passphrase?.fill(0);
      const { request } = await createRequest({
        subject: { name: options.name, country: options.country },
        authority: options.authority,
        role: options.role,
        hosts: options.host,
        key,
      });
      await put(options.out, request.pem);
    });
}

interface IssuingOptions extends PassphraseOptions {
  readonly root: string;
  readonly days: number;
  readonly out?: string;
}

function issueCommand(): Command {
  return issuing('issue', 'issue a certificate for a request, after verifying who asks')
    .argument('<request>', 'the request (PEM)')
    .requiredOption('--authority <id>', 'the authority that asks, as you verified it', authority)
    .requiredOption('--role <role>', 'the role, as you verified it', role)
    .option('--from <date>', 'valid from then on; from now if absent', instant)
    .action(
      async (request: string, options: IssuingOptions & { authority: string; role: Role; from?: Date }) => {
        const root = await openRoot(options);
        const { from, days } = options;
        const period = from && {
          notBefore: from,
          notAfter: new Date(from.getTime() + days * 86_400_000),
        };
        const certificate = await root.issue({ ...options, request }, period);
        await put(options.out, certificate.pem);
      },
    );
}

function renewCommand(): Command {
  return issuing('renew', 'issue the successor of a certificate, for a new key')
    .argument('<certificate>', 'the certificate that will expire')
    .requiredOption('--request <file>', 'a request with the new key, for the same authority and role')
    .action(async (file: string, options: IssuingOptions & { request: string }) => {
      const { certificateFrom } = await import('../keys/key-files.js');
      const root = await openRoot(options);
      const certificate = await root.renew(certificateFrom(file), options.request, options.days);
      await put(options.out, certificate.pem);
    });
}

function revokeCommand(): Command {
  return publishing('revoke', 'revoke certificates, and publish the next revocation list')
    .argument('<certificates...>', 'files, or serial numbers of what was issued here')
    .addOption(
      new Option('--reason <reason>', 'why')
        .choices(['key-compromise', 'affiliation-changed', 'superseded', 'cessation'])
        .makeOptionMandatory(),
    )
    .action(async (whats: string[], options: IssuingOptions & { reason: RevocationReason }) => {
      const root = await openRoot(options);
      const serials = whats.map((what) => ({ serialNumber: root.serialOf(what), reason: options.reason }));
      tellList(await root.publish(serials, options.days));
    });
}

function crlCommand(): Command {
  return publishing('crl', 'publish a fresh revocation list, with the next number').action(
    async (options: IssuingOptions) => {
      const root = await openRoot(options);
      tellList(await root.publish([], options.days));
    },
  );
}

function showCommand(): Command {
  return command('show', 'show the contents of a certificate, a request or a revocation list')
    .argument('<file>', 'PEM, or a certificate in DER')
    .option('--json', 'as JSON')
    .action(async (file: string, options: { json?: true }) => {
      const { describe, render } = await import('../certificates/describe.js');
      const { contentOf } = await import('../certificates/root-folder.js');
      const description = describe(file, contentOf(file), new Date());
      console.log(options.json ? JSON.stringify(description) : render(description));
    });
}

interface VerifyOptions {
  readonly anchor: string;
  readonly role: Role;
  readonly authority?: string;
  readonly intermediate?: string[];
  readonly crl?: string[];
  readonly crlHours?: number;
  readonly at?: Date;
}

function verifyCommand(): Command {
  return command('verify', 'validate a certificate as a gateway does; exits with 1 if it is not valid')
    .argument('<certificate>', 'the certificate')
    .requiredOption('--anchor <file>', 'the root that is trusted')
    .requiredOption('--role <role>', 'what it is used for', role)
    .option('--authority <id>', 'the authority it must belong to', authority)
    .option('--intermediate <file>', 'an intermediate certificate; can be repeated', several)
    .option('--crl <file>', 'a revocation list; can be repeated', several)
    .option('--crl-hours <hours>', 'require revocation lists, none older than this', whole(1, 8760))
    .option('--at <instant>', 'judge at this instant instead of now', instant)
    .action(async (file: string, options: VerifyOptions) => {
      const { judge, tell } = await import('../keys/check.js');
      const { certificateFrom, readText } = await import('../keys/key-files.js');
      const { parseCrl } = await import('#trust');
      const { crlHours } = options;
      const verdict = judge({
        certificate: certificateFrom(file),
        role: options.role,
        authority: options.authority,
        anchor: certificateFrom(options.anchor),
        intermediates: (options.intermediate ?? []).map(certificateFrom),
        crls: (options.crl ?? []).map((name) => parseCrl(readText(name))),
        freshness:
          crlHours === undefined ? undefined : { warnAfterHours: crlHours / 2, refuseAfterHours: crlHours },
        at: options.at ?? new Date(),
      });
      const { lines, ok } = tell(file, verdict);
      console.log(lines.join('\n'));
      if (!ok) process.exitCode = 1;
    });
}

function issuing(name: string, description: string): Command {
  return withPassphrase(command(name, description))
    .requiredOption('--root <folder>', 'the root’s folder')
    .option('--days <days>', 'how long it is valid', whole(1, 3650), LEAF_DAYS)
    .option('--out <file>', 'where to write the certificate; printed if absent');
}

function publishing(name: string, description: string): Command {
  return withPassphrase(command(name, description))
    .requiredOption('--root <folder>', 'the root’s folder')
    .option('--days <days>', 'until the next list', whole(1, 366), CRL_DAYS);
}

async function openRoot(options: IssuingOptions): Promise<RootFolder> {
  const { RootFolder: folder } = await import('../certificates/root-folder.js');
  const { passphraseFrom } = await import('../keys/passphrase.js');
  const passphrase = await passphraseFrom(options, VARIABLE);
  const root = folder.open(resolve(options.root), passphrase, new Date());
  passphrase?.fill(0);
  return root;
}

async function put(out: string | undefined, pem: string): Promise<void> {
  if (out === undefined) {
    process.stdout.write(pem);
    return;
  }
  const { writeNew } = await import('../keys/key-files.js');
  writeNew(out, pem);
  process.stderr.write(`written to ${out}\n`);
}

function tellList({ file, number, revoked }: { file: string; number: number; revoked: number }): void {
  console.log(`${file}: number ${number}, ${revoked} revoked; add it to the national list (crls)`);
}
