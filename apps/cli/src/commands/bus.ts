import { readFileSync } from 'node:fs';
import { Command, Option } from 'commander';
import { ValiseError } from '#core';

interface InitOptions {
  readonly nodes: string;
  readonly vhost: string;
  readonly management?: string;
  readonly print?: true;
  readonly pairs?: string;
  readonly passwords?: string;
}

/** `valise bus`: what the operator of a broker does. */
export function busCommand(): Command {
  const init = new Command('init')
    .exitOverride()
    .showHelpAfterError()
    .description('declare accounts, exchanges, queues and policies for nodes; idempotent')
    .requiredOption('--nodes <ids>', 'ids of nodes and depositaries, with commas between')
    .addOption(
      new Option(
        '--management <url>',
        'apply to this broker: http://user:password@host:15672, the user an administrator',
      ).env('VALISE_MANAGEMENT_URL'),
    )
    .option('--print', 'print the definitions instead (for load_definitions of rabbitmq.conf)')
    .option('--pairs <file>', 'who exchanges with whom, two ids a line; all with all if absent')
    .option(
      '--passwords <folder>',
      'accounts with passwords, from NODE.password in this folder or made there; without it only certificates open the accounts',
    )
    .option('--vhost <name>', 'virtual host', 'valise')
    .addHelpText(
      'after',
      '\nAccounts are replaced: without --passwords, a password given earlier no longer works.',
    )
    .action(initBus);
  return new Command('bus').description('the broker that carries a federation’s messages').addCommand(init);
}

async function initBus(options: InitOptions): Promise<void> {
  const { applyDefinitions, busDefinitions } = await import('#topology');
  const { certificateAccounts, everyPair, parseNodes, parsePairs, passwordAccounts } =
    await import('../operations/bus.js');
  const ids = parseNodes(options.nodes);
  const pairs = options.pairs === undefined ? everyPair(ids) : parsePairs(readPairs(options.pairs), ids);
  if (!options.print && options.management === undefined)
    throw new ValiseError('CONFIGURATION', 'neither --management nor --print was given', {
      remedy: 'name the broker’s management interface, or print the definitions to load them yourself',
    });
  const { accounts, made } =
    options.passwords === undefined
      ? { accounts: certificateAccounts(ids), made: [] }
      : passwordAccounts(ids, options.passwords);
  for (const file of made) process.stderr.write(`made ${file}\n`);

  const definitions = busDefinitions({ vhost: options.vhost, nodes: accounts, pairs });
  if (options.print || options.management === undefined) {
    console.log(JSON.stringify(definitions, null, 2));
    return;
  }
  await applyDefinitions(options.management, definitions);
  const { users, exchanges, queues, policies } = definitions;
  console.log(
    `virtual host ${options.vhost}: ${users.length} accounts (${options.passwords === undefined ? 'certificates only' : 'passwords'}), ` +
      `${exchanges.length} exchanges, ${queues.length} queues, ${policies.length} policies`,
  );
}

function readPairs(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (cause) {
    throw new ValiseError('CONFIGURATION', `cannot read ${file}`, { remedy: 'check its name' }, { cause });
  }
}
