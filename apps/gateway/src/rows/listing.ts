/** A message or a draft as lists show it. */
export interface ListedMessage {
  readonly direction: 'in' | 'out';
  readonly id: string;
  readonly sender: string;
  readonly recipient: string;
  readonly caseId: string;
  readonly type: string;
  readonly instrument: string;
  readonly level: string;
  readonly status: string;
  readonly d: string | null;
  readonly ep: number | null;
  readonly n: number | null;
  readonly createdAt: Date;
  readonly sentAt: Date | null;
  readonly storedAt: Date | null;
  readonly acceptedAt: Date | null;
  readonly expiresAt: Date;
  readonly rejection: { readonly code: string; readonly rule?: string; readonly detail: string } | null;
}
