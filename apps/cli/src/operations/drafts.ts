import { INSTRUMENTS, KAZAKHSTAN_AUTHORITIES_2017 } from '#treaties';
import { parseDocument } from 'yaml';
import type { NewNode } from './new-node.js';

/** The treaties under which messages go; the others are only referred to. */
export const EXCHANGING: readonly string[] = [
  ...new Set(INSTRUMENTS.filter(({ exchange }) => exchange !== null).map(({ id }) => id)),
];
const ROLES = ['seal', 'encryption', 'head'] as const;

/** The first list of the state or organ, as far as it is known: names and dates are the keeper's to correct before it signs. */
export function listDraft(node: NewNode, now: Date): string {
  const [kind, id = ''] = node.keeper.split(':');
  const isOrgan = kind === 'organ';
  const instruments = node.instruments ?? EXCHANGING;
  const document = parseDocument('{}');
  document.contents = document.createNode({
    book: `list:${id}`,
    version: 1,
    state: isOrgan ? null : id,
    organ: isOrgan ? id : null,
    issuedAt: `${now.toISOString().slice(0, 19)}Z`,
    authorities: node.authorities.map((authority) => ({
      id: authority,
      names: namesOf(authority),
      node: node.node,
      ...(isOrgan ? { organ: true } : { state: id }),
      instruments: [...instruments],
      kind: isOrgan ? 'organ' : 'authority',
      from: now.toISOString().slice(0, 10),
      until: null,
      timeZone: node.timeZone ?? 'UTC',
      clearance: {},
      sample: false,
    })),
    certificates: node.authorities.flatMap((authority) =>
      ROLES.filter((role) => role !== 'head' || node.heads).map((role) => ({
        authority,
        role,
        certificate: `${role === 'head' ? 'officers' : 'keys'}/${authority}.${role}.crt.pem`,
      })),
    ),
    intermediates: [],
    crls: [],
    grades: [],
  }) as typeof document.contents;
  document.commentBefore =
    ` The list of ${node.keeper}. Correct names, instruments, dates and time zone, then sign it (docs/joining.md):\n` +
    ' every new version has a higher number, and lists all authorities and certificates again.';
  return document.toString({ lineWidth: 0 });
}

/** One arrangement for each pair of ours and theirs: the technical channel of 2018 #6.2.2. */
export function arrangementDrafts(node: NewNode, now: Date): { name: string; text: string }[] {
  return node.authorities.flatMap((ours) =>
    (node.partners ?? []).map((theirs) => {
      const between = [ours, theirs].sort();
      const id = `${between.join('-')}-2018`;
      const document = parseDocument('{}');
      document.contents = document.createNode({
        id,
        version: 1,
        instrument: 'cis-it-crime-2018',
        between,
        from: now.toISOString().slice(0, 10),
        until: null,
        electronicForm: false,
      }) as typeof document.contents;
      document.commentBefore =
        ' Signed by one side (valise books arrangement), cosigned by the other (valise books cosign).';
      return { name: `arrangements/${id}.yaml`, text: document.toString() };
    }),
  );
}

/** For the operator of the broker: with whom this node exchanges. */
export function busPairs({ node, authorities, peers = [], depositaries = [] }: NewNode): string {
  const others = [...(authorities.length > 1 ? [node] : []), ...peers, ...depositaries];
  return [
    '# For `valise bus init --pairs`: two ids a line, both directions.',
    ...others.map((other) => `${node} ${other}`),
  ]
    .join('\n')
    .concat('\n');
}

function namesOf(authority: string): Record<'ru' | 'kk' | 'en', string> {
  const known = KAZAKHSTAN_AUTHORITIES_2017.find(({ id }) => id === authority);
  return known ? { ...known.names } : { ru: authority, kk: authority, en: authority };
}
