import { Command } from 'commander';
import { ValiseError } from '#core';
import { command, instant } from '../keys/arguments.js';
import { type AccessOptions, withAccess } from '../http/access.js';

interface IssueOptions extends AccessOptions {
  readonly name: string;
  readonly role: string;
  readonly authority?: string;
  readonly expires?: Date;
  readonly sha256?: string;
  readonly out?: string;
}

const DAY_MS = 86_400_000;

/** `valise tokens`: who may call a gateway or a depositary. */
export function tokensCommand(): Command {
  return new Command('tokens')
    .description('make, issue, approve and revoke access tokens for the HTTP interface')
    .addCommand(
      command(
        'new',
        'make an access token on its holder’s machine; prints the hash with which an administrator issues it',
      )
        .argument('<file>', 'where the token is kept, with mode 0600; an existing file is not overwritten')
        .action(async (file: string) => {
          const { makeToken } = await import('../keys/access-token.js');
          console.log(makeToken(file));
        }),
    )
    .addCommand(issueCommand())
    .addCommand(
      about('approve', 'approve a token that another administrator asked for', async (path, options) => {
        const { apiFrom } = await import('../http/access.js');
        await (await apiFrom(options)).request('POST', `${path}/approval`);
        return 'approved';
      }),
    )
    .addCommand(
      about(
        'revoke',
        'revoke a token; it stops working within five seconds everywhere',
        async (path, options) => {
          const { apiFrom } = await import('../http/access.js');
          await (await apiFrom(options)).request('DELETE', path);
          return 'revoked';
        },
      ),
    );
}

function about(
  name: string,
  description: string,
  act: (path: string, options: AccessOptions) => Promise<string>,
): Command {
  return withAccess(command(name, description))
    .argument('<id>', 'its identifier, as `tokens issue` printed it')
    .action(async (id: string, options: AccessOptions) => {
      console.log(`${await act(`/v1/tokens/${encodeURIComponent(id)}`, options)} ${id}`);
    });
}

function issueCommand(): Command {
  return withAccess(command('issue', 'issue a token that its holder made, or have a depositary make one'))
    .requiredOption('--name <name>', 'its holder, for example "Duty officer"')
    .requiredOption('--role <role>', 'officer, head, security-officer, auditor, system or administrator')
    .option('--authority <id>', 'its authority, for example kz-knb; none for a depositary’s')
    .option('--expires <when>', 'when it ends: 2027-01-31, or in how many days: 90d', ending)
    .option('--sha256 <hex>', 'of the token, as its holder’s `tokens new` printed it')
    .option('--out <file>', 'of a depositary that makes the token: where it is written; must not exist')
    .action(async ({ name, role, authority, expires, sha256, out, ...access }: IssueOptions) => {
      const { apiFrom } = await import('../http/access.js');
      const { writeNew } = await import('../keys/key-files.js');
      if ((sha256 === undefined) === (out === undefined))
        throw new ValiseError('CONFIGURATION', 'give either --sha256 or --out', {
          remedy: 'a gateway issues by the hash (--sha256), a depositary makes the token (--out)',
        });
      const asked = {
        ...{ name, role, authority, sha256 },
        ...(expires !== undefined && { expiresAt: expires.toISOString().replace(/\.\d+Z$/, 'Z') }),
      };
      const api = await apiFrom(access);
      const issued = await api.post<{ id: string; token?: string; status?: string }>('/v1/tokens', asked);
      if (out !== undefined && issued.token !== undefined) writeNew(out, `${issued.token}\n`, 0o600);
      const whose = `${role}${authority === undefined ? '' : ` of ${authority}`}`;
      console.log(
        `token ${issued.id}, ${whose}, ${out === undefined ? (issued.status ?? 'issued') : `in ${out}`}`,
      );
    });
}

function ending(text: string): Date {
  const days = /^(\d{1,4})d$/.exec(text)?.[1];
  return days === undefined ? instant(text) : new Date(Date.now() + Number(days) * DAY_MS);
}
