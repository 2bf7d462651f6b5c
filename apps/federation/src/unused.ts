import type { Federation } from './federation.js';
import { served } from './keys.js';
import { NODES } from './sample.js';

/** Whether no authority of the federation has sent or received anything yet. */
export async function isUnused({ api }: Pick<Federation, 'api'>): Promise<boolean> {
  const authorities = NODES.flatMap((node) => served(node));
  const pages = await Promise.all(
    authorities.map(({ id }) => api(id, 'auditor').get<{ items: unknown[] }>('/v1/messages?limit=1')),
  );
  return pages.every(({ items }) => items.length === 0);
}
