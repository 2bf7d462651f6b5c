/** What the planner needs to know of an encryption certificate; a `Certificate` is one. */
export interface EncryptionPeriod {
  readonly thumbprint: string;
  readonly notBefore: Date;
  readonly notAfter: Date;
}

export interface RotationQuestion<T extends EncryptionPeriod> {
  /** An authority's encryption certificates whose keys are still there, in any order. */
  readonly certificates: readonly T[];
  readonly now: Date;
  /** The longest time from sealing to `exp` that anybody may use, in days. */
  readonly expDaysMax: number;
  /** For how long one key is encrypted to, in days. */
  readonly periodDays?: number | undefined;
  /** How long before it is needed the next certificate is published, so that all peers have the list; in days. */
  readonly leadDays?: number | undefined;
}

export interface RotationPlan<T extends EncryptionPeriod> {
  /** Belong into the authority's list, the newest first: valid now, or soon. */
  readonly publish: readonly T[];
  /** Open what arrives, the newest first: whatever may still come for them has not expired. */
  readonly keep: readonly T[];
  /** Nothing that could be opened with them is valid any more. */
  readonly destroy: readonly T[];
  /** The period of the certificate to make now; undefined where the newest one lasts. */
  readonly next: { readonly notBefore: Date; readonly notAfter: Date } | undefined;
}

export const PERIOD_DAYS = 30;
export const LEAD_DAYS = 7;

const DAY_MS = 86_400_000;
/** Two clocks may differ, and a message may be dated so much ahead (`iat`). */
const SKEW_MS = 5 * 60_000;

/**
 * Which encryption certificates to publish, whose keys to keep for opening, which to destroy, and when the next begins.
 *
 * Peers encrypt to the newest listed certificate that is valid, until `notAfter`; a message expires at most `expDaysMax`
 * after it was sealed. So a key is needed until `notAfter + expDaysMax`, and what is recorded before then cannot be opened
 * after. Each certificate lasts its period and the lead of its successor, which begins when the period ends.
 */
export function planRotation<T extends EncryptionPeriod>(question: RotationQuestion<T>): RotationPlan<T> {
  const { now, expDaysMax, periodDays = PERIOD_DAYS, leadDays = LEAD_DAYS } = question;
  const time = now.getTime();
  const newestFirst = [...question.certificates].sort(
    (a, b) => b.notBefore.getTime() - a.notBefore.getTime() || b.notAfter.getTime() - a.notAfter.getTime(),
  );
  const isNeeded = ({ notAfter }: T): boolean => time <= notAfter.getTime() + expDaysMax * DAY_MS + SKEW_MS;
  const lead = leadDays * DAY_MS;
  // While it lasts this long from now, its successor can still be published a whole lead before the switch.
  const latestEnd = Math.max(...newestFirst.map(({ notAfter }) => notAfter.getTime()));
  const isDue = latestEnd - lead <= time + lead;
  const begins = Math.max(time, latestEnd - lead);
  return {
    publish: newestFirst.filter(({ notAfter }) => time <= notAfter.getTime()),
    keep: newestFirst.filter(isNeeded),
    destroy: newestFirst.filter((certificate) => !isNeeded(certificate)),
    next: isDue
      ? { notBefore: new Date(begins), notAfter: new Date(begins + periodDays * DAY_MS + lead) }
      : undefined,
  };
}
