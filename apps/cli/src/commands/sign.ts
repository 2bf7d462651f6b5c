import { Command } from 'commander';
import { ValiseError } from '#core';

interface SignOptions {
  readonly url: string;
  readonly certificate: string;
  readonly key: string;
  readonly yes?: true;
}

/** `valise sign`: a head signs a draft with a key that the gateway never sees. */
export function signCommand(): Command {
  return new Command('sign')
    .description('sign a drafted message outside the gateway; shows the canonical text first')
    .argument('<message>', 'identifier of the draft')
    .requiredOption('--url <url>', 'the gateway’s address, for example http://127.0.0.1:8080')
    .requiredOption('--certificate <file>', 'the officer’s certificate (PEM)')
    .requiredOption('--key <file>', 'the officer’s private key (PEM or PKCS#12, mode 0600)')
    .option('--yes', 'sign without asking')
    .addHelpText(
      'after',
      '\nThe access token is read from VALISE_TOKEN, the key’s passphrase from VALISE_KEY_PASSPHRASE.',
    )
    .action(async (message: string, options: SignOptions) => {
      const { Api } = await import('../federation/api.js');
      const { loadOfficerKey, signDraft } = await import('../signing/sign.js');
      const token = process.env.VALISE_TOKEN;
      if (!token)
        throw new ValiseError('CONFIGURATION', 'VALISE_TOKEN is not set', {
          remedy: 'set it to the head’s access token',
        });
      const officer = loadOfficerKey(options.certificate, options.key, process.env.VALISE_KEY_PASSPHRASE);
      const sent = await signDraft(
        new Api(options.url.replace(/\/$/, ''), token),
        message,
        officer,
        Date.now(),
        (text) => approve(text, options.yes === true),
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
        remedy: 'answer yes, or give --yes where nobody can type',
      }),
  );
  return answer.trim().toLowerCase() === 'yes';
}
