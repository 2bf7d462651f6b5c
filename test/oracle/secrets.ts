import type { Register } from '#treaties';
import { agreementsBinding, dayOf, isAccredited, isCleared, isOrgan, rank, stateOf } from './books.js';
import { LAW, SECRET } from './law.js';
import type { Passing } from './passing.js';
import type { Reason } from './reasons.js';

/** Section 7, first row, column by column. */
export function secrets(register: Register, act: Passing): Reason[] {
  const { from, to, level, offBus } = act;
  if (rank(level) < SECRET) return [];
  const day = dayOf(act.at);
  const row = LAW[act.instrument];
  const denied: Reason = { effect: 'deny', anyOf: row.secretsDenied };
  const onlyOffBus: Reason[] = offBus ? [] : [{ effect: 'off-bus', anyOf: row.secretsOffBus }];
  const binding = agreementsBinding(register, from, to, day);
  const carries = (agreement: string): boolean => isAccredited(register, [from, to], agreement, level, day);
  const cleared = binding.filter((agreement) => isCleared(register, to, agreement, level, day));
  switch (row.secrets) {
    case 'never':
      return [{ ...denied, basis: 'explicit' }];
    case 'not-governed': {
      if (binding.length === 0) return [{ ...denied, basis: 'inferred' }];
      // No clearance on the register: the officer is told, for the agreement itself may require one.
      const unseen: Reason[] = cleared.length > 0 ? [] : [{ effect: 'warn', anyOf: row.secretsOffBus }];
      return [...onlyOffBus.map((reason) => ({ ...reason, basis: 'inferred' as const })), ...unseen];
    }
    case 'csto-secrets-2004': {
      const agreement = 'csto-secrets-2004';
      if (!cleared.includes(agreement)) return [denied];
      return carries(agreement) ? [] : onlyOffBus;
    }
    case 'an-agreement-throughout': {
      const undecided = act.released ? [] : released(register, act);
      if (cleared.length === 0) return [denied, ...undecided];
      return cleared.some(carries) ? undecided : [...onlyOffBus, ...undecided];
    }
  }
}

/** 2017: a decision in each case; and for what leaves a national system for another Party's authority or an organ. */
function released(register: Register, { instrument, from, to }: Passing): Reason[] {
  const decision = LAW[instrument].releaseDecision;
  if (decision === null) return [];
  const sender = stateOf(register, from);
  const abroad = !isOrgan(register, from) && (isOrgan(register, to) || sender !== stateOf(register, to));
  const wanted = abroad ? [decision.each, decision.abroad] : [decision.each];
  return wanted.map((rule) => ({ effect: 'decision-required', anyOf: [rule], basis: 'explicit' }));
}
