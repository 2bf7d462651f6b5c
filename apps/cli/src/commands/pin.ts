import { resolve } from 'node:path';
import { Command } from 'commander';

interface PinOptions {
  readonly keeper: string;
  readonly certificate: string;
  readonly sha256?: string;
  readonly replace?: true;
  readonly node?: string;
}

/** `valise pin`: the root of a keeper, into a node's or depositary's configuration. */
export function pinCommand(): Command {
  return new Command('pin')
    .description(
      'trust a root: copy it beside a configuration and name it there; takes effect at the next start',
    )
    .argument('<configuration>', 'node.yaml or depositary.yaml')
    .requiredOption('--keeper <keeper>', 'state:KZ, organ:cis-atc or depositary:CIS')
    .requiredOption('--certificate <file>', 'the root’s certificate (PEM), handed over by its owner')
    .option('--sha256 <hex>', 'the SHA-256 that its owner stated; another one is refused')
    .option('--replace', 'in place of another root of the same keeper')
    .option('--node <id>', 'the keeper’s node on the bus, which becomes a peer')
    .addHelpText(
      'after',
      '\nPeople must check who hands over the root, and that it is theirs: compare the printed SHA-256 by telephone.',
    )
    .action(async (configuration: string, options: PinOptions) => {
      const { pin } = await import('../operations/pin.js');
      console.log(pin(resolve(configuration), options));
    });
}
