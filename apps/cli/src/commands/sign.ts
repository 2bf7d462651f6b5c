import { Command } from 'commander';
import { ValiseError } from '#core';
import { type AccessOptions, withAccess } from '../http/access.js';

interface SignOptions extends AccessOptions {
  readonly certificate?: string;
  readonly key?: string;
  readonly yes?: true;
}

/** `valise sign`: a head signs a draft with a key that the gateway never sees. */
export function signCommand(): Command {
  return withAccess(
    new Command('sign')
      .description('sign a drafted message outside the gateway; shows the canonical text first')
      .argument('<message>', 'identifier of the draft'),
  )
    .option('--certificate <file>', 'the officer’s certificate (PEM)')
    .option('--key <file>', 'the officer’s private key (PEM or PKCS#12, mode 0600)')
    .option('--yes', 'sign without asking')
    .addHelpText(
      'after',
      '\nThe key’s passphrase is read from VALISE_KEY_PASSPHRASE. With --local (kz-knb/head) certificate and key are those of the local federation.',
    )
    .action(async (message: string, options: SignOptions) => {
      const { apiFrom, localOffice } = await import('../http/access.js');
      const { loadOfficerKey, signDraft } = await import('#client');
      const api = await apiFrom(options);
      const office = options.local === undefined ? undefined : localOffice(options.local);
      const { certificate = office?.certificate, key = office?.key } = options;
      if (certificate === undefined || key === undefined)
        throw new ValiseError('CONFIGURATION', 'the officer’s certificate and key are missing', {
          remedy: 'give --certificate and --key',
        });
      const officer = loadOfficerKey(certificate, key, process.env.VALISE_KEY_PASSPHRASE);
      const sent = await signDraft(api, message, officer, Date.now(), (text) =>
        approve(text, options.yes === true),
      );
      console.log(
        `signed; message ${sent.id} is ${sent.status}${sent.D === null ? '' : `, identity ${sent.D}`}`,
      );
    });
}

/** Shows the text that is signed, readably; its canonical form is the same text without line breaks. */
async function approve(canonical: string, agreed: boolean): Promise<boolean> {
  console.log(JSON.stringify(JSON.parse(canonical), null, 2));
  if (agreed) return true;
  const { answerTo } = await import('../keys/passphrase.js');
  const answer = await answerTo(
    { input: process.stdin, output: process.stderr },
    'Sign this? (yes/no) ',
    () =>
      new ValiseError('FORBIDDEN', 'nothing was typed; not signed', {
        remedy: 'answer yes, or give --yes in a script',
      }),
  );
  return answer.trim().toLowerCase() === 'yes';
}
