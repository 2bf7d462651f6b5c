import type { Basis, Provision } from './operations.js';
import { text } from './text.js';

type Write = (article: string, ru: string, kk: string, en: string) => Provision;

/** Writers of provisions of one instrument: `explicit('6.1', ru, kk, en)` cites `INSTRUMENT#6.1`. */
export function provisionsOf(instrument: string): { readonly explicit: Write; readonly inferred: Write } {
  const write =
    (basis: Basis): Write =>
    (article, ru, kk, en) => ({ cite: `${instrument}#${article}`, basis, text: text(ru, kk, en) });
  return { explicit: write('explicit'), inferred: write('inferred') };
}
