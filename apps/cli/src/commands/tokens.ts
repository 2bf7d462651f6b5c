import { Command } from 'commander';

/** `valise tokens`: what the holder of an access token does alone. */
export function tokensCommand(): Command {
  return new Command('tokens').description('access tokens for the HTTP interface').addCommand(
    new Command('new')
      .description('make an access token where its holder is; prints the hash that an administrator asks for')
      .argument('<file>', 'where the token is kept, with mode 0600; a file that is there is not overwritten')
      .action(async (file: string) => {
        const { makeToken } = await import('../keys/access-token.js');
        console.log(makeToken(file));
      }),
  );
}
