import { existsSync, readFileSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Command, Option } from 'commander';
import { ValiseError } from '#core';
import { withPassphrase } from '../keys/arguments.js';
import type { PassphraseOptions } from '../keys/passphrase.js';

interface InitOptions extends PassphraseOptions {
  readonly node: string;
  readonly keeper: string;
  readonly authority: readonly string[];
  readonly listen: string;
  readonly suite: 'P-256' | 'RSA';
  readonly rootCertificate?: string;
  readonly rootKey?: string;
  readonly heads?: true;
}

/** `valise init`: a folder that a node can start from. */
export function initCommand(): Command {
  return withPassphrase(new Command('init'))
    .description('write a new node’s configuration, keys and certificates into a folder')
    .argument('<folder>', 'where to write; must be empty or not there')
    .requiredOption('--node <id>', 'the node’s id on the bus, for example kz')
    .requiredOption('--keeper <keeper>', 'whose list names its authorities: state:KZ or organ:cis-atc')
    .requiredOption('--authority <ids...>', 'authorities that it serves, for example kz-knb kz-mvd')
    .option('--listen <host:port>', 'where HTTP is answered', '127.0.0.1:8080')
    .addOption(new Option('--suite <suite>', 'kind of keys').choices(['P-256', 'RSA']).default('P-256'))
    .option('--root-certificate <file>', 'issue under this root (PEM) instead of making one')
    .option('--root-key <file>', 'its private key (PEM, mode 0600), whose passphrase is asked for as below')
    .option('--heads', 'make the heads’ keys too, to be given to their offices')
    .action(init);
}

async function init(folder: string, options: InitOptions): Promise<void> {
  const { initNode } = await import('../operations/init.js');
  const { rootCertificate, rootKey } = options;
  if ((rootCertificate === undefined) !== (rootKey === undefined))
    throw new ValiseError('CONFIGURATION', 'a root is its certificate and its key', {
      remedy: 'give --root-certificate and --root-key, or neither',
    });
  const { passphraseFrom } = await import('../keys/passphrase.js');
  const passphrase =
    rootKey === undefined ? undefined : await passphraseFrom(options, 'VALISE_KEY_PASSPHRASE');
  const node = {
    node: options.node,
    keeper: options.keeper,
    authorities: options.authority,
    listen: parseListen(options.listen),
    suite: options.suite,
    heads: options.heads === true,
    ...(rootCertificate !== undefined &&
      rootKey !== undefined && { issuer: { certificate: rootCertificate, key: rootKey, passphrase } }),
  };
  const example = readFileSync(join(projectRoot(), 'config/node.example.yaml'), 'utf8');
  const target = resolve(folder);
  const written = await initNode(target, node, example, new Date());
  passphrase?.fill(0);
  console.log(`written to ${target}:\n${written.map((name) => `  ${name}`).join('\n')}\n`);
  console.log(nextSteps(options, rootKey === undefined));
}

function nextSteps({ keeper, heads, node }: InitOptions, madeRoot: boolean): string {
  const steps = [
    ...(madeRoot ? ['Take root/ off this machine: whoever has it can issue in the state’s name.'] : []),
    ...(heads ? ['Give officers/ to the offices, and take it off this machine.'] : []),
    'Write the addresses into database.url and bus.url.',
    `Login on the bus: have a certificate with the common name ${node} issued by the broker’s operator (keys/bus.crt.pem, ` +
      'keys/bus.key.pem, bus-ca.pem), or remove bus.tls and put user and password into bus.url.',
    'In node.yaml: name the peers and the depositaries, and pin the roots of all others, each brought by its owner.',
    `Give anchors/${keeper.split(':')[1] ?? ''}.pem to all others, over a channel that both trust.`,
    'Hand the list with these certificates, signed by keys/register.key.pem, to the depositaries.',
    'valise doctor node.yaml',
    'Start the gateway; put two administrators in office with administrator.token (POST /v1/tokens), then revoke it and delete the file.',
  ];
  return `Next:\n${steps.map((step, index) => `  ${index + 1}. ${step}`).join('\n')}`;
}

function parseListen(text: string): { host: string; port: number } {
  const match = /^(.+):(\d{1,5})$/.exec(text);
  const port = Number(match?.[2]);
  if (match?.[1] === undefined || port < 1 || port > 65_535)
    throw new ValiseError('CONFIGURATION', `--listen: "${text}" is no host and port`, {
      remedy: 'write for example 127.0.0.1:8080',
    });
  return { host: match[1], port };
}

function projectRoot(): string {
  let folder = dirname(fileURLToPath(import.meta.url));
  while (basename(folder) === 'dist' || !existsSync(join(folder, 'package.json'))) folder = dirname(folder);
  return folder;
}
