import { instantOf, unixSeconds } from '#core';
import { type Jws, signBook, signStatement } from '#envelope';
import type { NationalList } from '#treaties';
import { loadCertificate, loadPrivateKey } from '#trust';
import { files, type KeyFiles, served } from './keys.js';
import { ARRANGEMENT, keeperId, NODES, type SampleNode } from './sample.js';

/** A state's (or the organ's) list, signed under its own root. */
export function signedList(node: SampleNode, folder: string, version: number, now: number): string {
  return signBook({
    content: { ...nationalList(node, folder, version, now) },
    ...load(files.register(folder)),
    iat: unixSeconds(now),
  });
}

export function nationalList(node: SampleNode, folder: string, version: number, now: number): NationalList {
  const { keeper, timeZone, grades } = node;
  const organ = 'organ' in keeper;
  return {
    book: `list:${keeperId(node)}`,
    version,
    state: organ ? null : keeper.state,
    organ: organ ? keeper.organ : null,
    issuedAt: instantOf(unixSeconds(now)),
    authorities: node.authorities.flatMap(({ id, names, entries }) =>
      entries.map((entry) => ({
        ...entry,
        id,
        names,
        node: node.id,
        ...(organ ? { organ: true } : { state: keeper.state }),
        until: null,
        timeZone,
        clearance: {},
      })),
    ),
    certificates: served(node).flatMap(({ id }) =>
      (['seal', 'encryption', 'head'] as const).map((role) => ({
        authority: id,
        role,
        certificate: loadCertificate(files[role](folder, id).certificate).der.toString('base64'),
      })),
    ),
    intermediates: [],
    crls: [],
    grades: [...grades],
  };
}

/** The arrangement between two authorities, under both their seals. */
export function signedArrangement(folderOf: (id: string) => string, now: number): Jws {
  const signers = ARRANGEMENT.between.map((authority) => {
    const node = NODES.find(({ authorities }) => authorities.some(({ id }) => id === authority));
    if (!node) throw new Error(`no node serves ${authority}`);
    return { ...load(files.seal(folderOf(node.id), authority)), role: 'seal' as const };
  });
  return signStatement({
    typ: 'valise-arrangement+jws',
    content: ARRANGEMENT,
    signers,
    iat: unixSeconds(now),
  });
}

function load({ certificate, key }: KeyFiles) {
  return { certificate: loadCertificate(certificate), key: loadPrivateKey(key) };
}
