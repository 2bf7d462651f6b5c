import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { writeSecret } from '#setup';
import { files, type KeyFiles, served } from './keys.js';
import { type Depositary, DEPOSITARIES, keeperName, NODES, type SampleNode } from './sample.js';

export interface Connections {
  readonly port: number;
  readonly databaseUrl: string;
  readonly busUrl: string;
  /** Of a node's two first administrators; a depositary has the first one only. */
  readonly administratorTokensSha256: readonly string[];
}

/** Writes a node's configuration into its folder, secrets in files of mode 0600 beside it. @returns its path */
export function writeNodeConfiguration(
  node: SampleNode,
  folderOf: (id: string) => string,
  connections: Connections,
  overrides: Readonly<Record<string, unknown>> = {},
): string {
  const folder = folderOf(node.id);
  return write(folder, 'node.yaml', {
    node: node.id,
    listen: { host: '127.0.0.1', port: connections.port },
    database: { url: secretFile(folder, 'database.url', connections.databaseUrl), poolMax: 10 },
    bus: { url: secretFile(folder, 'bus.url', connections.busUrl), peers: NODES.map(({ id }) => id) },
    authorities: served(node).map(({ id }) => ({
      id,
      seal: files.seal(folder, id),
      encryption: [files.encryption(folder, id)],
    })),
    anchors: anchors(folderOf),
    register: {
      depositaries: DEPOSITARIES.map(({ id }) => id),
      keeper: { book: keeperName(node).replace(/^[a-z]+:/, 'list:'), ...files.register(folder) },
    },
    attachments: { folder: join(folder, 'attachments') },
    administratorTokenSha256: connections.administratorTokensSha256,
    ...overrides,
  });
}

export function writeDepositaryConfiguration(
  depositary: Depositary,
  folderOf: (id: string) => string,
  connections: Connections,
): string {
  const folder = folderOf(depositary.id);
  return write(folder, 'depositary.yaml', {
    organisation: depositary.organisation,
    node: depositary.id,
    sample: true,
    listen: { host: '127.0.0.1', port: connections.port },
    database: { url: secretFile(folder, 'database.url', connections.databaseUrl) },
    bus: { url: secretFile(folder, 'bus.url', connections.busUrl) },
    peers: NODES.map(({ id }) => id),
    signing: files.register(folder),
    anchors: anchors(folderOf).filter(({ keeper }) => !keeper.startsWith('depositary:')),
    administratorTokenSha256: connections.administratorTokensSha256[0],
  });
}

/** Every node pins every root: in production each comes from its owner, over a channel that both trust. */
function anchors(folderOf: (id: string) => string): { keeper: string; certificate: string }[] {
  const root = (id: string): Pick<KeyFiles, 'certificate'> => ({
    certificate: files.root(folderOf(id)).certificate,
  });
  return [
    ...DEPOSITARIES.map(({ id, organisation }) => ({ keeper: `depositary:${organisation}`, ...root(id) })),
    ...NODES.map((node) => ({ keeper: keeperName(node), ...root(node.id) })),
  ];
}

function secretFile(folder: string, name: string, value: string): { file: string } {
  writeSecret(join(folder, name), value);
  return { file: name };
}

function write(folder: string, name: string, content: unknown): string {
  const file = join(folder, name);
  writeFileSync(file, `# Written by the local federation at every start.\n${stringify(content)}`);
  return file;
}
