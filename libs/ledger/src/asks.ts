import type { LogAsk } from '#envelope';
import { ASK_INTERVAL_SECONDS } from './limits.js';

/** What an ask to be told from `have` on gets. */
export type AskAnswer =
  /** Tellings from this number on, at most `ASK_PIECES_MAX`. */
  | { readonly is: 'told'; readonly start: number }
  /** Nothing; a peer that still lacks something asks again. */
  | { readonly is: 'ignored'; readonly why: 'too-soon' | 'seen-already' }
  /** The counterpart has more of our log than we have: an undeclared restore here, or a stolen seal. Stop telling, alarm. */
  | { readonly is: 'beyond' };

/** How our log stands with who asks. Instants in Unix seconds. */
export interface Asked {
  readonly size: number;
  /** The size of this log that the counterpart's newest checkpoint has seen; 0 before the first. */
  readonly seen: number;
  /** Its statement of a new epoch was taken since: it may have lost what it had seen. */
  readonly isRestored: boolean;
  /** When its last ask was answered; null before the first. */
  readonly answeredAt: number | null;
}

export function answerAsk({ have }: Pick<LogAsk, 'have'>, log: Asked, now: number): AskAnswer {
  if (have > log.size) return { is: 'beyond' };
  if (log.answeredAt !== null && now - log.answeredAt < ASK_INTERVAL_SECONDS)
    return { is: 'ignored', why: 'too-soon' };
  if (have < log.seen && !log.isRestored) return { is: 'ignored', why: 'seen-already' };
  return { is: 'told', start: have };
}
