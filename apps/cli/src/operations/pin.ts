import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { ValiseError } from '#core';
import { isNodeId } from '#topology';
import { type Document, isScalar, isSeq, parseDocument, type YAMLSeq } from 'yaml';
import { z } from 'zod';
import { certificateFrom } from '../keys/key-files.js';

const KEEPER = /^(?:state:([A-Z]{2})|organ:([a-z][a-z0-9-]{1,39})|depositary:(CIS|CSTO))$/;

/** A node's peers stand under `bus`, a depositary's at the top. */
const anchorsSchema = z.looseObject({
  anchors: z.array(z.looseObject({ keeper: z.string(), certificate: z.string() })),
  bus: z.looseObject({ peers: z.array(z.string()).optional() }).optional(),
  peers: z.array(z.string()).optional(),
});

export interface Pinned {
  readonly keeper: string;
  readonly certificate: string;
  readonly sha256?: string;
  readonly replace?: true;
  /** The keeper's node, to exchange with or to hand books to. */
  readonly node?: string;
}

/**
 * Names a root in a configuration; everything else in the file stays as it is.
 *
 * @returns a line to compare with what the root's owner says
 * @throws ValiseError CONFIGURATION, CERTIFICATE_FORMAT, CONFLICT where another root is pinned for this keeper
 */
export function pin(
  configuration: string,
  { keeper, certificate: file, sha256, replace, node }: Pinned,
): string {
  const [, state, organ, depositary] = KEEPER.exec(keeper) ?? [];
  const id = state ?? organ ?? depositary;
  if (id === undefined)
    throw new ValiseError('INPUT_INVALID', `"${keeper}" keeps no book`, {
      remedy: 'write state:KZ, organ:cis-atc or depositary:CIS',
    });
  const certificate = certificateFrom(file);
  const digest = createHash('sha256').update(certificate.der).digest('hex');
  if (sha256 !== undefined && sha256.replaceAll(':', '').toLowerCase() !== digest)
    throw new ValiseError(
      'CERTIFICATE_FORMAT',
      `${file} has the SHA-256 ${digest}, not the one that was given`,
      {
        remedy: 'ask its owner, over another channel; nothing was pinned',
      },
    );
  const document = parseDocument(read(configuration));
  const anchors = anchorsIn(document, configuration);
  const index = anchors.findIndex((anchor) => anchor.keeper === keeper);
  const name = `anchors/${id}.pem`;
  const known =
    index < 0 ? undefined : fingerprint(join(dirname(configuration), anchors[index]?.certificate ?? ''));
  if (known !== undefined && known !== digest && replace !== true)
    throw new ValiseError('CONFLICT', `another root of ${keeper} is pinned, with the SHA-256 ${known}`, {
      remedy: 'give --replace, if its owner told you so',
    });
  mkdirSync(join(dirname(configuration), 'anchors'), { recursive: true, mode: 0o700 });
  writeFileSync(join(dirname(configuration), name), certificate.pem);
  const entry = document.createNode({ keeper, certificate: name }, { flow: true });
  if (index < 0) document.addIn(['anchors'], entry);
  else document.setIn(['anchors', index], entry);
  const sequence = document.get('anchors') as YAMLSeq;
  sequence.flow = false;
  if (node !== undefined) addPeer(document, node);
  writeFileSync(`${configuration}.new`, document.toString({ lineWidth: 0, flowCollectionPadding: false }));
  renameSync(`${configuration}.new`, configuration);
  return `${keeper}: pinned ${certificate.subject}, SHA-256 ${digest}`;
}

/** A node's peers stand under `bus`, a depositary's at the top. */
function addPeer(document: Document, node: string): void {
  if (!isNodeId(node))
    throw new ValiseError('INPUT_INVALID', `"${node}" cannot name a node on the bus`, { path: 'node' });
  const path = document.has('organisation') ? ['peers'] : ['bus', 'peers'];
  const peers: unknown = document.getIn(path);
  if (!isSeq(peers)) document.setIn(path, document.createNode([node], { flow: true }));
  else if (!peers.items.some((item) => (isScalar(item) ? item.value : item) === node)) peers.add(node);
}

function read(configuration: string): string {
  try {
    return readFileSync(configuration, 'utf8');
  } catch (cause) {
    throw new ValiseError('CONFIGURATION', `${configuration} cannot be read`, {}, { cause });
  }
}

function anchorsIn(document: Document, file: string): { keeper?: string; certificate?: string }[] {
  const parsed = anchorsSchema.safeParse(contentOf(document));
  if (!parsed.success)
    throw new ValiseError('CONFIGURATION', `${file}: it is not a configuration with anchors and peers`, {
      remedy: 'name a configuration that `valise init` wrote',
    });
  return parsed.data.anchors;
}

/** An alias could stand for anything, and is not needed here. */
function contentOf(document: Document): unknown {
  if (document.errors.length > 0) return undefined;
  try {
    return document.toJS({ maxAliasCount: 0 });
  } catch {
    return undefined;
  }
}

/** Undefined where the file that is named is not there: then nothing is replaced. */
function fingerprint(file: string): string | undefined {
  try {
    return createHash('sha256').update(certificateFrom(file).der).digest('hex');
  } catch {
    return undefined;
  }
}
