import { ValiseError } from '#core';
import type { Suite } from '#trust';
import { parseDocument } from 'yaml';
import { requireNew, writeSecrets } from './init.js';
import { type ExistingRoot, existingRoot, KeyMaker } from './new-keys.js';

export interface NewDepositary {
  readonly organisation: 'CIS' | 'CSTO';
  readonly node: string;
  readonly listen: { readonly host: string; readonly port: number };
  readonly peers: readonly string[];
  readonly suite: Suite;
  readonly issuer?: ExistingRoot;
  readonly rootPassphrase?: Buffer | undefined;
}

/** What a depositary records first; each event has the day on which the notice came. */
const EVENTS = `# What was notified, for \`valise api POST /v1/events events.yaml\`. One recording makes one version of the treaty book, and
# nothing recorded is ever changed. event: signed, notified, acceded or as docs/protocol/register.md has them.
events:
  - { instrument: INSTRUMENT, state: KZ, event: notified, on: '2020-06-01', source: 'the notice, its number and day' }
`;

/**
 * Writes a folder that a depositary can start from.
 *
 * @param example text of config/depositary.example.yaml
 * @returns the files written, relative to the folder
 * @throws ValiseError CONFIGURATION where the folder has something in it
 */
export async function initDepositary(
  folder: string,
  asked: NewDepositary,
  example: string,
  now: Date,
): Promise<string[]> {
  const { organisation, node, suite, peers } = asked;
  const wrong = [node, ...peers].find((id) => !/^[a-z][a-z0-9-]{1,39}$/.test(id));
  if (wrong !== undefined)
    throw new ValiseError('CONFIGURATION', `"${wrong}" is not an id of a node`, {
      remedy: 'use lower-case letters, digits and hyphens, 2 to 40 of them',
    });
  requireNew(folder);
  const given = asked.issuer && existingRoot(asked.issuer);
  const maker = new KeyMaker(folder, suite, now);
  const issuer = given ?? (await maker.root(`${organisation} root`, undefined, asked.rootPassphrase));
  maker.text(`anchors/${organisation}.pem`, issuer.certificate.pem);
  await maker.leaf(issuer, 'keys/register', 'register', organisation);
  const instrument = organisation === 'CIS' ? 'cis-it-crime-2018' : 'csto-infosphere-2014';
  maker.text('events.yaml', EVENTS.replace('INSTRUMENT', instrument));
  maker.text('depositary.yaml', configurationFor(example, asked, writeSecrets(folder, maker)));
  return maker.written;
}

function configurationFor(
  example: string,
  { organisation, node, listen, peers }: NewDepositary,
  tokenSha256: string,
): string {
  const document = parseDocument(example);
  document.set('organisation', organisation);
  document.set('node', node);
  document.setIn(['listen', 'host'], listen.host);
  document.setIn(['listen', 'port'], listen.port);
  document.setIn(['database', 'url'], document.createNode({ file: 'database.url' }, { flow: true }));
  document.setIn(['bus', 'url'], document.createNode({ file: 'bus.url' }, { flow: true }));
  document.set('peers', document.createNode([...peers], { flow: true }));
  document.setIn(['signing', 'certificate'], 'keys/register.crt.pem');
  document.setIn(['signing', 'key'], 'keys/register.key.pem');
  document.set('anchors', document.createNode([]));
  document.set('administratorTokenSha256', tokenSha256);
  return document.toString({ lineWidth: 0, flowCollectionPadding: false });
}
