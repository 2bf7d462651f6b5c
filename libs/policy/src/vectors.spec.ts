import { readFileSync } from 'node:fs';
import { compileRegister, decide, decisionFileSchema, mismatches } from './index.js';

/**
 * The vectors of contracts/decide.md, copied beside ours; another copy can be named in the environment.
 * Scope: all of them, all four instruments and all five actions; none is skipped.
 */
const FILE =
  process.env.VALISE_DECISION_VECTORS ??
  new URL('../../../test/vectors/decisions/contract.json', import.meta.url).pathname;

const file = decisionFileSchema.parse(JSON.parse(readFileSync(FILE, 'utf8')));
const register = compileRegister(file.register);

describe('the vectors of the contract', () => {
  it.each(
    file.cases.map((vector) => [`${vector.topic ?? ''} ${vector.id}: ${vector.why ?? ''}`, vector] as const),
  )('%s', (_title, vector) => {
    const decision = decide(register, vector.input);
    expect({ mismatches: mismatches(decision, vector.expect ?? {}), decision }).toMatchObject({
      mismatches: [],
    });
  });
});
