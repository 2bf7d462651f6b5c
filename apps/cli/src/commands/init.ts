import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { Command, Option } from 'commander';
import { ValiseError } from '#core';
import { command, suiteOption, withPassphrase } from '../keys/arguments.js';
import type { PassphraseOptions } from '../keys/passphrase.js';
import { projectRoot } from '#setup';

interface RootOptions extends PassphraseOptions {
  readonly listen: string;
  readonly suite: 'P-256' | 'RSA';
  readonly rootCertificate?: string;
  readonly rootKey?: string;
}

interface NodeOptions extends RootOptions {
  readonly node: string;
  readonly keeper: string;
  readonly authority: readonly string[];
  readonly heads?: true;
  readonly peers?: readonly string[];
  readonly depositaries?: readonly string[];
  readonly partners?: readonly string[];
  readonly instruments?: readonly string[];
  readonly timeZone?: string;
  readonly busPassword?: true;
}

interface DepositaryOptions extends RootOptions {
  readonly organisation: 'CIS' | 'CSTO';
  readonly node: string;
  readonly peers?: readonly string[];
}

const VARIABLE = 'VALISE_KEY_PASSPHRASE';

/** `valise init`: a folder that a process can start from. */
export function initCommand(): Command {
  return new Command('init')
    .description('write a new node’s or depositary’s configuration, keys and certificates into a folder')
    .addCommand(nodeCommand())
    .addCommand(depositaryCommand());
}

function withRoot(one: Command): Command {
  return withPassphrase(one)
    .option('--listen <host:port>', 'where HTTP is answered', '127.0.0.1:8080')
    .addOption(suiteOption())
    .option('--root-certificate <file>', 'issue under this root (PEM) instead of making one')
    .option('--root-key <file>', 'its private key (PEM, mode 0600)')
    .addHelpText('after', 'The passphrase is that of the given root, or protects the one that is made.');
}

function nodeCommand(): Command {
  return withRoot(
    command('node', 'a node: the gateway of one or more authorities of a state, or of an organ'),
  )
    .argument('[folder]', 'where to write; must be empty or not exist', 'node')
    .requiredOption('--node <id>', 'the node’s id on the bus, for example kz')
    .requiredOption(
      '--keeper <keeper>',
      'the keeper of the list that names its authorities: state:KZ or organ:cis-atc',
    )
    .requiredOption('--authority <ids...>', 'authorities that it serves, for example kz-knb kz-mvd')
    .option('--heads', 'make the heads’ keys too, to be given to their offices')
    .option('--peers <ids...>', 'nodes to exchange with, for example by am')
    .option('--depositaries <ids...>', 'nodes of the depositaries, for example cis-depositary')
    .option('--partners <ids...>', 'authorities of others to draft an arrangement with, for example by-mvd')
    .option('--instruments <ids...>', 'what its authorities are competent for (default: all four)')
    .option('--time-zone <zone>', 'in which its deadlines count (IANA), for example Asia/Almaty')
    .option('--bus-password', 'the broker knows it by a password, not by a certificate')
    .action(initNodeFolder);
}

function depositaryCommand(): Command {
  return withRoot(command('depositary', 'a depositary: an organisation’s treaty book, and the states’ lists'))
    .argument('[folder]', 'where to write; must be empty or not exist', 'depositary')
    .addOption(
      new Option('--organisation <name>', 'the organisation of the depositary')
        .choices(['CIS', 'CSTO'])
        .makeOptionMandatory(),
    )
    .requiredOption('--node <id>', 'its id on the bus, for example cis-depositary')
    .option('--peers <ids...>', 'nodes that receive the books, for example kz by')
    .action(initDepositaryFolder);
}

async function initNodeFolder(folder: string, options: NodeOptions): Promise<void> {
  const { initNode } = await import('../operations/init.js');
  const { authority, heads, busPassword, ...rest } = options;
  const asked = {
    ...rest,
    authorities: authority,
    heads: heads === true,
    busPassword: busPassword === true,
    listen: parseListen(options.listen),
  };
  await write(folder, options, (root) =>
    initNode(resolve(folder), { ...asked, ...root }, example('node'), new Date()),
  );
  console.log(nextStepsOfNode(options));
}

async function initDepositaryFolder(folder: string, options: DepositaryOptions): Promise<void> {
  const { initDepositary } = await import('../operations/init-depositary.js');
  const { organisation, node, peers = [], suite } = options;
  const asked = { organisation, node, peers, suite, listen: parseListen(options.listen) };
  await write(folder, options, (root) =>
    initDepositary(resolve(folder), { ...asked, ...root }, example('depositary'), new Date()),
  );
  console.log(nextStepsOfDepositary(options));
}

interface Root {
  readonly issuer?: {
    readonly certificate: string;
    readonly key: string;
    readonly passphrase: Buffer | undefined;
  };
  readonly rootPassphrase?: Buffer | undefined;
}

async function write(
  folder: string,
  options: RootOptions,
  init: (root: Root) => Promise<string[]>,
): Promise<void> {
  const { rootCertificate, rootKey } = options;
  if ((rootCertificate === undefined) !== (rootKey === undefined))
    throw new ValiseError('CONFIGURATION', 'a root is its certificate and its key', {
      remedy: 'give --root-certificate and --root-key, or neither',
    });
  const { newPassphraseFrom, passphraseFrom, warnOfUnprotected } = await import('../keys/passphrase.js');
  const makesRoot = rootCertificate === undefined || rootKey === undefined;
  const passphrase = await (makesRoot ? newPassphraseFrom : passphraseFrom)(options, VARIABLE);
  const written = await init(
    makesRoot
      ? { rootPassphrase: passphrase }
      : { issuer: { certificate: rootCertificate, key: rootKey, passphrase } },
  );
  console.log(`written to ${resolve(folder)}:\n${written.map((name) => `  ${name}`).join('\n')}\n`);
  if (makesRoot && passphrase === undefined) warnOfUnprotected(join(folder, 'root/root.key.pem'));
  passphrase?.fill(0);
}

const example = (name: string): string =>
  readFileSync(join(projectRoot(), `config/${name}.example.yaml`), 'utf8');

function numbered(steps: readonly string[]): string {
  return `Next (docs/joining.md has the whole way):\n${steps.map((step, index) => `  ${index + 1}. ${step}`).join('\n')}`;
}

function nextStepsOfNode({ keeper, heads, node, busPassword, rootKey }: NodeOptions): string {
  return numbered([
    ...(rootKey === undefined
      ? ['Take root/ off this machine: anybody who has it can issue certificates in the state’s name.']
      : []),
    ...(heads ? ['Give officers/ to the offices, and take it off this machine.'] : []),
    'Write the addresses into database.url and bus.url.',
    busPassword
      ? `Give bus.pairs to the broker’s operator, and put user ${node} and the password that comes back into bus.url.`
      : `Give bus.pairs to the broker’s operator, and have a certificate with the common name ${node} issued (keys/bus.crt.pem, ` +
        'keys/bus.key.pem, bus-ca.pem).',
    'Pin the roots of all others, each handed over by its owner: valise pin node.yaml --keeper … --certificate …',
    `Give anchors/${keeper.split(':')[1] ?? ''}.pem to all others, over a channel that both trust.`,
    'Correct list.yaml, sign it (valise books list) and submit it to the depositaries (valise books submit).',
    'valise doctor node.yaml',
    'Keep administrator.token with one person, off this machine. A second person makes another (valise tokens new) and gives you its hash for ' +
      'administratorTokenSha256 of node.yaml: tokens of heads, security officers and administrators take both.',
    'Start the gateway.',
  ]);
}

function nextStepsOfDepositary({ node, organisation, rootKey }: DepositaryOptions): string {
  return numbered([
    ...(rootKey === undefined
      ? ['Take root/ off this machine: anybody who has it can issue certificates in the depositary’s name.']
      : []),
    `Write the addresses into database.url and bus.url; the account on the bus is ${node}.`,
    'Pin the root of every state and organ: valise pin depositary.yaml --keeper … --certificate …',
    `Give anchors/${organisation}.pem to every node, over a channel that both trust.`,
    'valise doctor depositary.yaml',
    'Start it; record what was notified: valise api POST /v1/events events.yaml',
    'Issue tokens with administrator.token (valise tokens issue), then delete the file.',
  ]);
}

function parseListen(text: string): { host: string; port: number } {
  const match = /^(.+):(\d{1,5})$/.exec(text);
  const port = Number(match?.[2]);
  if (match?.[1] === undefined || port < 1 || port > 65_535)
    throw new ValiseError('CONFIGURATION', `--listen: "${text}" is not a host and port`, {
      remedy: 'write for example 127.0.0.1:8080',
    });
  return { host: match[1], port };
}
