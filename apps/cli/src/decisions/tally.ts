import { mismatches, type Decision, type Expectation } from '#policy';
import { decisionLine } from './decision-line.js';
import { shown } from './malformed.js';

/** `--check`: what was as expected, what was not, and what nothing was expected of. */
export class Tally {
  passed = 0;
  failed = 0;
  /** Neither passed nor failed. */
  unjudged = 0;

  /** @returns what to print: nothing unless the decision is not as expected */
  compare(
    id: string,
    why: string | undefined,
    decision: Decision,
    expected: Expectation = {},
  ): string | undefined {
    if (expectsNothing(expected)) {
      this.unjudged += 1;
      return undefined;
    }
    const found = mismatches(decision, expected);
    if (found.length === 0) {
      this.passed += 1;
      return undefined;
    }
    this.failed += 1;
    const title = `FAILED ${shown(id)}${why === undefined ? '' : `: ${shown(why).slice(1, -1)}`}`;
    return [title, ...found.map((line) => `  ${oneLine(line)}`), `  ${decisionLine(id, decision)}`].join(
      '\n',
    );
  }

  summary(): string {
    return `${this.passed} passed, ${this.failed} failed`;
  }
}

/** An expectation that every decision meets checks nothing. */
function expectsNothing({ outcome, cites, citesAny, consentFrom, obligations }: Expectation): boolean {
  const lists = [cites, citesAny, obligations];
  return (
    outcome === undefined && consentFrom === undefined && lists.every((list) => (list?.length ?? 0) === 0)
  );
}

/** Expectations come from the file: nothing in them may look like a line of ours. */
function oneLine(text: string): string {
  return text.replace(/[\p{Cc}\p{Zl}\p{Zp}]/gu, ' ');
}
