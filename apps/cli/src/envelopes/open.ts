import { canonicalJson, unixSeconds, ValiseError } from '#core';
import { openAll, type Opened, resolveFrom } from '#envelope';
import { readInput } from './read-input.js';
import { type Opening, readKeys, readTrust, readVector } from './trust-file.js';

export interface OpenRequest {
  readonly file: string;
  /** PEM files; without them `file` is a vector, which has everything in it. */
  readonly keys?: readonly string[] | undefined;
  readonly trust?: string | undefined;
  readonly at?: Date | undefined;
  readonly passphrase?: string | undefined;
}

/**
 * Opens and verifies an envelope, or those of a vector, one after the other.
 *
 * @param print gets a line of canonical JSON for each thing that opens, of which an envelope may carry several; keys of attachments are left out
 * @throws ValiseError with the envelope's own code at the first that is refused; INPUT_INVALID for other files that are malformed
 */
export function openEnvelopes(request: OpenRequest, print: (line: string) => void): void {
  const { envelopes, recipients, trust, at } = openingOf(request);
  const options = { recipients, resolve: resolveFrom(trust, at), now: unixSeconds(at) };
  for (const opened of envelopes.flatMap((bytes) => openAll(bytes, options))) {
    if (!opened.ok) throw new ValiseError(opened.code, `${opened.code}: ${printable(opened.detail)}`);
    print(canonicalJson(shownOf(opened)));
  }
}

function openingOf({ file, keys, trust, at, passphrase }: OpenRequest): Opening {
  const bytes = readInput(file);
  if (keys === undefined && trust === undefined) {
    const vector = readVector(bytes.toString('utf8'));
    return { ...vector, at: at ?? vector.at };
  }
  if (keys === undefined || trust === undefined)
    throw new ValiseError('INPUT_INVALID', '--keys and --trust go together: an envelope needs both', {
      remedy: 'give both, or neither for a vector',
    });
  return {
    envelopes: [bytes],
    recipients: readKeys(keys, passphrase),
    trust: readTrust(readInput(trust).toString('utf8')),
    at: at ?? new Date(),
  };
}

function shownOf(opened: Opened): unknown {
  if (opened.kind === 'statement') {
    const { kind, typ, to, content, signer } = opened;
    return { kind, typ, to, content, signer };
  }
  const { kind, D, payload, seal, officers } = opened;
  const proofs = opened.proofs.map(({ typ, id, sha256, content, signers }) => ({
    typ,
    id,
    sha256,
    content,
    signers,
  }));
  return { kind, D, payload, seal, officers, proofs };
}

/** The message may repeat a stranger's words, which end up on a terminal. */
function printable(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, '\uFFFD');
}
