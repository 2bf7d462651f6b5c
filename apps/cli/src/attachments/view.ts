import type { Api } from '#client';

/** An attachment as the gateway shows it. */
export interface AttachmentView {
  readonly id: string;
  readonly direction: 'in' | 'out';
  readonly name: string;
  readonly mediaType: string;
  readonly bytes: number;
  readonly sha256: string;
  readonly status: string;
  readonly message: string | null;
  readonly peer: string | null;
  readonly progress: { readonly partsDone: number; readonly partsTotal: number; readonly bytesDone: number };
  readonly failure: string | null;
  readonly createdAt: string;
}

export interface ListQuery {
  readonly direction?: string | undefined;
  readonly peer?: string | undefined;
  readonly status?: string | undefined;
}

/** The newest ones, at most so many, page by page. */
export async function listAttachments(api: Api, query: ListQuery, max: number): Promise<AttachmentView[]> {
  const items: AttachmentView[] = [];
  let after: string | null = null;
  do {
    const parameters = new URLSearchParams({ limit: String(Math.min(200, max - items.length)) });
    for (const [name, value] of Object.entries({ ...query, after }))
      if (typeof value === 'string') parameters.set(name, value);
    const page: { items: AttachmentView[]; next: string | null } = await api.get(
      `/v1/attachments?${parameters.toString()}`,
    );
    items.push(...page.items);
    after = page.next;
  } while (after !== null && items.length < max);
  return items;
}

/** One line for each: what it is, how it stands, and how far it is. */
export function table(attachments: readonly AttachmentView[]): string[] {
  return attachments.map(({ id, direction, status, progress, bytes, name, failure }) =>
    [
      id,
      direction.padEnd(3),
      status.padEnd(9),
      `${percent(progress.bytesDone, bytes).padStart(4)} of ${size(bytes)}`.padEnd(18),
      printable(name),
      ...(failure === null ? [] : [`(${printable(failure)})`]),
    ].join('  '),
  );
}

/** What the other side wrote goes to a terminal without its control sequences. */
export function printable(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}]/gu, '\uFFFD');
}

export function percent(done: number, total: number): string {
  return `${total === 0 ? 100 : Math.floor((100 * done) / total)}%`;
}

const UNITS = ['B', 'KiB', 'MiB', 'GiB'] as const;

export function size(bytes: number): string {
  const power = bytes < 1024 ? 0 : Math.min(UNITS.length - 1, Math.floor(Math.log2(bytes) / 10));
  const count = bytes / 1024 ** power;
  return `${power === 0 ? count : count.toFixed(1)} ${UNITS[power] ?? 'B'}`;
}
