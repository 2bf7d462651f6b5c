import { resolve } from 'node:path';
import { Command } from 'commander';
import { ValiseError } from '#core';
import type { Role, Suite } from '#trust';
import { authority, command, country, role, suiteOption, whole, withPassphrase } from '../keys/arguments.js';
import type { PassphraseOptions } from '../keys/passphrase.js';

const VARIABLE = 'VALISE_KEY_PASSPHRASE';
const NEW_VARIABLE = 'VALISE_NEW_KEY_PASSPHRASE';

type WithNew = PassphraseOptions & { readonly newPassphraseFile?: string };

/** `valise keys`: private keys in files. */
export function keysCommand(): Command {
  return new Command('keys')
    .description('private keys: make, look at, export, import, check, change monthly')
    .addCommand(newCommand())
    .addCommand(showCommand())
    .addCommand(exportCommand())
    .addCommand(importCommand())
    .addCommand(checkCommand())
    .addCommand(rotateCommand());
}

function newCommand(): Command {
  return withPassphrase(
    command('new', 'make a private key; PKCS#12 if the name ends with .p12, else PKCS#8 PEM'),
  )
    .argument('<file>', 'where to write it, mode 0600; must not exist')
    .addOption(suiteOption())
    .action(async (file: string, options: PassphraseOptions & { suite: Suite }) => {
      const { newKey } = await import('../keys/key-files.js');
      const { newPassphraseFrom } = await import('../keys/passphrase.js');
      const passphrase = await newPassphraseFrom(options, VARIABLE);
      console.log(`${file}: ${await newKey(file, options.suite, passphrase)}`);
      if (passphrase === undefined)
        console.log('It has no passphrase: anybody who reads the file has the key.');
      passphrase?.fill(0);
    });
}

function showCommand(): Command {
  return withPassphrase(command('show', 'show kind and public key of a private key'))
    .argument('<file>', 'the key')
    .option('--json', 'as JSON')
    .action(async (file: string, options: PassphraseOptions & { json?: true }) => {
      const { describeKey } = await import('../keys/key-files.js');
      const { passphraseFrom } = await import('../keys/passphrase.js');
      const description = describeKey(file, await passphraseFrom(options, VARIABLE));
      console.log(
        options.json
          ? JSON.stringify(description)
          : Object.entries(description)
              .map(([name, value]) => `${name.padEnd(16)} ${value}`)
              .join('\n'),
      );
    });
}

function exportCommand(): Command {
  return withNew(
    withPassphrase(
      command('export', 'write a key with its certificates as PKCS#12 (.p12), or protected as PEM'),
    ),
  )
    .argument('<key>', 'the key')
    .argument('<target>', 'where to write; .p12 for PKCS#12')
    .option('--certificate <files...>', 'its certificate, then those above it; required for PKCS#12')
    .action(async (file: string, target: string, options: WithNew & { certificate?: string[] }) => {
      const { certificateFrom, writeKey } = await import('../keys/key-files.js');
      const { loadPrivateKey } = await import('#trust');
      if (/\.(p12|pfx)$/i.test(target) && options.certificate === undefined)
        throw new ValiseError('KEY_FILE', 'a PKCS#12 file holds the key’s certificate too', {
          remedy: 'give --certificate',
        });
      const { passphrase, newPassphrase } = await passphrases(options);
      const certificates = (options.certificate ?? []).map(certificateFrom);
      writeKey(target, loadPrivateKey(file, passphrase), certificates, newPassphrase);
      console.log(`${target}: written`);
      if (newPassphrase === undefined)
        console.log('It has no passphrase: anybody who reads the file has the key.');
      passphrase?.fill(0);
      newPassphrase?.fill(0);
    });
}

function importCommand(): Command {
  return withNew(withPassphrase(command('import', 'take key and certificate out of a PKCS#12 file')))
    .argument('<file>', 'the .p12 file, mode 0600')
    .requiredOption('--key <file>', 'where to write the key (mode 0600)')
    .requiredOption('--certificate <file>', 'where to write its certificate')
    .action(async (file: string, options: WithNew & { key: string; certificate: string }) => {
      const { importKey } = await import('../keys/key-files.js');
      const { passphrase, newPassphrase } = await passphrases(options);
      console.log(importKey(file, options, passphrase, newPassphrase));
      passphrase?.fill(0);
      newPassphrase?.fill(0);
    });
}

function checkCommand(): Command {
  return withPassphrase(
    command('check', 'check that a key fits its certificate, its owner and its role; exits with 1 if not'),
  )
    .argument('<key>', 'the key')
    .requiredOption('--certificate <file>', 'its certificate')
    .option('--role <role>', 'its role', role)
    .option('--authority <id>', 'the authority it belongs to', authority)
    .option('--anchor <file>', 'the root that it must come from')
    .action(
      async (
        file: string,
        options: PassphraseOptions & {
          certificate: string;
          role?: Role;
          authority?: string;
          anchor?: string;
        },
      ) => {
        const { judge, tell } = await import('../keys/check.js');
        const { certificateFrom } = await import('../keys/key-files.js');
        const { passphraseFrom } = await import('../keys/passphrase.js');
        const { loadPrivateKey } = await import('#trust');
        const key = loadPrivateKey(file, await passphraseFrom(options, VARIABLE));
        const verdict = judge({
          certificate: certificateFrom(options.certificate),
          key,
          role: options.role,
          authority: options.authority,
          anchor: options.anchor === undefined ? undefined : certificateFrom(options.anchor),
          at: new Date(),
        });
        const { lines, ok } = tell(options.certificate, verdict);
        console.log(lines.join('\n'));
        if (!ok) process.exitCode = 1;
      },
    );
}

interface RotateOptions extends PassphraseOptions {
  readonly authority: string;
  readonly messageDays: number;
  readonly suite: Suite;
  readonly name?: string;
  readonly country?: string;
  readonly root?: string;
  readonly configuration?: string;
  readonly dryRun?: true;
}

function rotateCommand(): Command {
  return withPassphrase(
    command('rotate', 'make the next encryption key in time, destroy expired ones; run it daily'),
  )
    .argument('<folder>', 'where the gateway’s keys are')
    .requiredOption('--authority <id>', 'the authority of the keys', authority)
    .option('--message-days <days>', 'the longest messageDays of all nodes', whole(1, 365), 30)
    .option('--name <name>', 'subject of the new certificate (default: “ID, encryption”)')
    .option('--country <code>', 'its country', country)
    .option('--root <folder>', 'issue with this root; without it a request is left')
    .option('--configuration <file>', 'the gateway’s configuration (default: node.yaml beside the folder)')
    .addOption(suiteOption())
    .option('--dry-run', 'only report what would be done')
    .action(async (folder: string, options: RotateOptions) => {
      const { rotate } = await import('../keys/rotate.js');
      const { RootFolder } = await import('../certificates/root-folder.js');
      const { passphraseFrom } = await import('../keys/passphrase.js');
      const now = new Date();
      const { root, messageDays, dryRun, name = `${options.authority}, encryption`, ...rest } = options;
      const lines = await rotate({
        ...rest,
        name,
        now,
        folder: resolve(folder),
        expDaysMax: messageDays,
        dryRun: dryRun === true,
        root:
          root === undefined
            ? undefined
            : RootFolder.open(resolve(root), await passphraseFrom(options, VARIABLE), now),
      });
      console.log(lines.join('\n'));
    });
}

function withNew(subject: Command): Command {
  return subject
    .option('--new-passphrase-file <file>', 'the passphrase of what is written (mode 0600)')
    .addHelpText(
      'after',
      `The new one is read from ${NEW_VARIABLE}; a PEM file without one is not protected.`,
    );
}

async function passphrases(
  options: WithNew,
): Promise<{ passphrase: Buffer | undefined; newPassphrase: Buffer | undefined }> {
  const { newPassphraseFrom, passphraseFrom } = await import('../keys/passphrase.js');
  const passphrase = await passphraseFrom(options, VARIABLE, 'Passphrase of what is read (empty if none): ');
  const fresh = { passphraseFile: options.newPassphraseFile, ask: options.ask };
  const newPassphrase = await newPassphraseFrom(fresh, NEW_VARIABLE);
  return { passphrase: passphrase?.length === 0 ? undefined : passphrase, newPassphrase };
}
