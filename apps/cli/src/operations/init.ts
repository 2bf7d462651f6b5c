import { existsSync, mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { ValiseError } from '#core';
import { newToken } from '#service';
import { writeSecret } from '#setup';
import { LEAD_DAYS, PERIOD_DAYS } from '#trust';
import { parseDocument } from 'yaml';
import { arrangementDrafts, busPairs, listDraft } from './drafts.js';
import { existingRoot, KeyMaker } from './new-keys.js';
import type { NewNode } from './new-node.js';

/** As `valise keys rotate` goes on with: a message can be opened for as long as its key is kept. */
const ENCRYPTION_DAYS = PERIOD_DAYS + LEAD_DAYS;

const AUTHORITY = /^[a-z][a-z0-9-]{1,39}$/;
const KEEPER = /^(state:([A-Z]{2})|organ:([a-z][a-z0-9-]{1,39}))$/;

/** @throws ValiseError CONFIGURATION where ids do not fit each other: such a list would be refused everywhere */
export function requireFitting({ node, keeper, authorities }: NewNode): void {
  const wrong = [node, ...authorities].find((id) => !AUTHORITY.test(id));
  if (wrong !== undefined)
    throw new ValiseError('CONFIGURATION', `"${wrong}" is not an id`, {
      remedy: 'use lower-case letters, digits and hyphens, 2 to 40 of them',
    });
  if (!KEEPER.test(keeper))
    throw new ValiseError('CONFIGURATION', `"${keeper}" keeps no list`, {
      remedy: 'write state:KZ with the country’s code, or organ:cis-atc',
    });
  const [kind, id = ''] = keeper.split(':');
  const stranger = authorities.find((authority) =>
    kind === 'state' ? !authority.startsWith(`${id.toLowerCase()}-`) : authority !== id,
  );
  if (stranger !== undefined)
    throw new ValiseError('CONFIGURATION', `${stranger} cannot stand in the list of ${keeper}`, {
      remedy:
        kind === 'state'
          ? `ids of this state begin with ${id.toLowerCase()}-`
          : `an organ is listed as ${id}`,
    });
}

/**
 * A node's configuration made from the commented example: what is known is filled in, comments stay.
 *
 * @param example text of config/node.example.yaml
 */
export function configurationFor(
  example: string,
  { node, keeper, authorities, listen, peers = [], depositaries, busPassword }: NewNode,
  tokenSha256: string,
): string {
  const document = parseDocument(example);
  const keeperId = keeper.split(':')[1] ?? '';
  document.set('node', node);
  document.setIn(['listen', 'host'], listen.host);
  document.setIn(['listen', 'port'], listen.port);
  const flow = (ids: readonly string[]) => document.createNode([...ids], { flow: true });
  document.setIn(['bus', 'peers'], flow([...(authorities.length > 1 ? [node] : []), ...peers]));
  if (busPassword === true) document.deleteIn(['bus', 'tls']);
  if (depositaries) document.setIn(['register', 'depositaries'], flow(depositaries));
  document.set(
    'authorities',
    document.createNode(
      authorities.map((id) => ({
        id,
        seal: pairNames(`${id}.seal`),
        encryption: [pairNames(`${id}.encryption`)],
      })),
    ),
  );
  document.set('anchors', document.createNode([{ keeper, certificate: `anchors/${keeperId}.pem` }]));
  document.setIn(
    ['register', 'keeper'],
    document.createNode({ book: `list:${keeperId}`, ...pairNames('register') }),
  );
  document.set('administratorTokenSha256', document.createNode([tokenSha256]));
  // Nothing was restored: sequences begin at the beginning.
  document.delete('restoredAt');
  return document.toString({ lineWidth: 0, flowCollectionPadding: false });
}

/**
 * Writes a folder that a node can start from: configuration, keys, certificates, a first administrator's token; and drafts of
 * what its state signs and its partners and the broker's operator need.
 *
 * @returns the files written, relative to the folder
 * @throws ValiseError CONFIGURATION where the folder has something in it: keys are never overwritten
 */
export async function initNode(folder: string, node: NewNode, example: string, now: Date): Promise<string[]> {
  requireFitting(node);
  requireNew(folder);
  // Before anything is written: a root that cannot be used leaves no half-made folder.
  const given = node.issuer && existingRoot(node.issuer);
  const maker = new KeyMaker(folder, node.suite, now);
  mkdirSync(join(folder, 'keys'), { recursive: true, mode: 0o700 });
  await makeNodeKeys(maker, node, given);
  maker.text('list.yaml', listDraft(node, now));
  for (const { name, text } of arrangementDrafts(node, now)) maker.text(name, text);
  maker.text('bus.pairs', busPairs(node));
  maker.text('node.yaml', configurationFor(example, node, writeSecrets(folder, maker)));
  return maker.written;
}

async function makeNodeKeys(
  maker: KeyMaker,
  { keeper, authorities, heads, rootPassphrase }: NewNode,
  given: ReturnType<typeof existingRoot> | undefined,
): Promise<void> {
  const [kind, id = ''] = keeper.split(':');
  const issuer = given ?? (await maker.root(`${id} root`, kind === 'state' ? id : undefined, rootPassphrase));
  maker.text(`anchors/${id}.pem`, issuer.certificate.pem);
  await maker.leaf(issuer, 'keys/register', 'register', id);
  for (const authority of authorities) {
    await maker.leaf(issuer, `keys/${authority}.seal`, 'seal', authority);
    await maker.leaf(issuer, `keys/${authority}.encryption`, 'encryption', authority, ENCRYPTION_DAYS);
    if (heads) await maker.leaf(issuer, `officers/${authority}.head`, 'head', authority);
  }
}

/** @throws ValiseError CONFIGURATION */
export function requireNew(folder: string): void {
  if (existsSync(folder) && readdirSync(folder).length > 0)
    throw new ValiseError('CONFIGURATION', `${folder} is not empty`, {
      remedy: 'name a folder that does not exist yet',
    });
}

/** A first administrator's token, and places for the two addresses. @returns the token's SHA-256 */
export function writeSecrets(folder: string, { written }: KeyMaker): string {
  const { token, sha256 } = newToken();
  const secrets = {
    'administrator.token': token,
    'database.url': 'postgres://valise:PASSWORD@127.0.0.1:5432/valise',
    'bus.url': 'amqps://BROKER:5671/valise',
  };
  for (const [name, text] of Object.entries(secrets)) {
    writeSecret(join(folder, name), `${text}\n`);
    written.push(name);
  }
  return sha256;
}

function pairNames(name: string): { certificate: string; key: string } {
  return { certificate: `keys/${name}.crt.pem`, key: `keys/${name}.key.pem` };
}
