import { dirname, resolve } from 'node:path';
import { Command } from 'commander';
import { type AccessOptions, withAccess } from '../http/access.js';
import { readInput } from '../envelopes/read-input.js';
import type { AgreementKind, BookSigner } from '../operations/books.js';

interface SignerOptions {
  readonly certificate: string;
  readonly key: string;
}

/** `valise books`: what keepers and authorities sign into the register. */
export function booksCommand(): Command {
  return new Command('books')
    .description('sign what goes into the register; the result is printed, JWS in JSON form')
    .addCommand(
      signing('list', 'sign a national list with its keeper’s register key', async (file, signer) => {
        const { signList } = await import('../operations/books.js');
        const { parseCrl } = await import('#trust');
        const { certificateFrom, readText } = await import('../keys/key-files.js');
        const beside = (name: string) => resolve(dirname(file), name);
        return signList(readInput(file).toString('utf8'), signer, Date.now(), {
          certificate: (name) => certificateFrom(beside(name)),
          crl: (name) => parseCrl(readText(beside(name))),
        });
      }),
    )
    .addCommand(agreeing('arrangement'))
    .addCommand(agreeing('accreditation'))
    .addCommand(
      signing(
        'cosign',
        'add the other side’s seal to an arrangement or accreditation',
        async (file, signer) => {
          const { cosign } = await import('../operations/books.js');
          return JSON.stringify(cosign(readInput(file).toString('utf8'), signer, Date.now()));
        },
      ),
    )
    .addCommand(handingOver())
    .addCommand(submitting());
}

interface HandOverOptions extends SignerOptions {
  readonly book: string;
}

function handingOver(): Command {
  return new Command('hand-over')
    .exitOverride()
    .showHelpAfterError()
    .description('sign the new root of a list or treaty book with the old one; its versions then start again')
    .argument('<root>', 'the new root (PEM)')
    .requiredOption('--book <id>', 'for example list:KZ')
    .requiredOption('--certificate <file>', 'the old root (PEM)')
    .requiredOption('--key <file>', 'its private key (mode 0600)')
    .addHelpText('after', '\nThe key’s passphrase is read from VALISE_KEY_PASSPHRASE.')
    .action(async (root: string, options: HandOverOptions) => {
      const { loadCertificate, loadPrivateKey } = await import('#trust');
      const { handOver } = await import('../operations/books.js');
      const certificate = loadCertificate(options.certificate);
      const key = loadPrivateKey(options.key, process.env.VALISE_KEY_PASSPHRASE);
      console.log(handOver(options.book, loadCertificate(root), { certificate, key }, Date.now()));
    });
}

function submitting(): Command {
  return withAccess(
    new Command('submit')
      .exitOverride()
      .showHelpAfterError()
      .description('submit a signed book: a list to a depositary, an arrangement or accreditation to a node')
      .argument('<file>', 'what `valise books` printed'),
  ).action(async (file: string, options: AccessOptions) => {
    const { submission } = await import('../operations/books.js');
    const { apiFrom } = await import('../http/access.js');
    const { path, body } = submission(readInput(file).toString('utf8'));
    const api = await apiFrom(options);
    const { book, version } = await api.post<{ book: string; version: number }>(path, body);
    console.log(`${book} version ${version} is on record`);
  });
}

function agreeing(kind: AgreementKind): Command {
  return signing(
    kind,
    `sign an ${kind} between two authorities with the first one’s seal`,
    async (file, signer) => {
      const { signAgreement } = await import('../operations/books.js');
      return JSON.stringify(signAgreement(kind, readInput(file).toString('utf8'), signer, Date.now()));
    },
  );
}

function signing(
  name: string,
  description: string,
  sign: (file: string, signer: BookSigner) => Promise<string>,
): Command {
  return new Command(name)
    .exitOverride()
    .showHelpAfterError()
    .description(description)
    .argument('<file>', 'what is signed (YAML or JSON), or for cosign what the other side signed')
    .requiredOption('--certificate <file>', 'certificate (PEM)')
    .requiredOption('--key <file>', 'its private key (mode 0600)')
    .addHelpText('after', '\nThe key’s passphrase is read from VALISE_KEY_PASSPHRASE.')
    .action(async (file: string, options: SignerOptions) => {
      const { loadCertificate, loadPrivateKey } = await import('#trust');
      const certificate = loadCertificate(options.certificate);
      const key = loadPrivateKey(options.key, process.env.VALISE_KEY_PASSPHRASE);
      console.log(await sign(file, { certificate, key }));
    });
}
