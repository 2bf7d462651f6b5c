import type { Instrument } from '../../instrument.js';
import { REASONS } from '../reasons.js';

const TERMS = 26;

export const undecided: Instrument['undecided'] = [
  { article: '1', reason: REASONS.subject },
  ...Array.from({ length: TERMS }, (_, index) => ({
    article: `2.${String(index + 1)}`,
    reason: REASONS.definitions,
  })),
  { article: '4.1', reason: REASONS.measures },
  { article: '4.2', reason: REASONS.programmes },
  { article: '4.3', reason: REASONS.measures },
  { article: '4.4', reason: REASONS.measures },
  { article: '4.5', reason: REASONS.programmes },
  { article: '5.1', reason: REASONS.programmes },
  { article: '5.3', reason: REASONS.measures },
  { article: '5.4', reason: REASONS.programmes },
  { article: '8.2', reason: REASONS.lists },
  { article: '10', reason: REASONS.otherTreaties },
  { article: '11', reason: REASONS.amendments },
];
