import { compileRegister, decide, decisionFileSchema, type CompiledRegister } from '#policy';
import { decisionLine } from './decision-line.js';
import { openInput } from './input.js';
import { readJson, type JsonText } from './json-text.js';
import { invalid, malformed, stepInto } from './malformed.js';
import { ReaderGone, type Output } from './output.js';
import { readDecisionFile, type DecisionFileReader } from './read.js';
import { SeenIds } from './seen-ids.js';
import { Tally } from './tally.js';

const { register: registerSchema, cases: casesSchema } = decisionFileSchema.shape;
const caseSchema = casesSchema.element;

export const EXIT = { ok: 0, failed: 1, malformed: 2 } as const;
export type Exit = (typeof EXIT)[keyof typeof EXIT];

/**
 * `valise decide` (contracts/decide.md): a line of JSON for each case, in their order; or with `check` the mismatches with
 * what the cases expect, and last how many passed and failed.
 *
 * @param file a path, or `-`
 * @param tell prints lines for people, beside the output
 * @returns the exit code
 * @throws ValiseError INPUT_INVALID naming the JSON path; the decisions before it have been printed
 */
export async function decideFile(
  file: string,
  check: boolean,
  output: Output,
  tell: (line: string) => void,
): Promise<Exit> {
  const input = await openInput(file);
  const reader = new Deciding(check ? new Tally() : undefined, output);
  try {
    await readDecisionFile(input, reader).finally(() => output.flush());
    const exit = reader.close(tell);
    await output.flush();
    return exit;
  } catch (error) {
    if (!(error instanceof ReaderGone)) throw error;
    // A check whose result could not be written has not succeeded.
    return check ? EXIT.failed : EXIT.ok;
  } finally {
    await input.close();
  }
}

class Deciding implements DecisionFileReader {
  #register: CompiledRegister | undefined;
  #cases = 0;
  readonly #ids = new SeenIds();

  constructor(
    private readonly tally: Tally | undefined,
    private readonly output: Output,
  ) {}

  register(text: JsonText): void {
    const parsed = registerSchema.safeParse(readJson(text));
    if (!parsed.success) throw invalid(text.path, parsed.error);
    this.#register = compileRegister(parsed.data);
  }

  case(text: JsonText): void {
    const parsed = caseSchema.safeParse(readJson(text));
    if (!parsed.success) throw invalid(text.path, parsed.error);
    const { id, why, input, expect } = parsed.data;
    if (!this.#ids.add(id)) throw malformed(stepInto(text.path, 'id'), 'an earlier case has this id');
    if (this.#register === undefined) throw new Error('the register is read before any case');
    const decision = decide(this.#register, input);
    this.#cases += 1;
    if (this.tally === undefined) this.output.line(decisionLine(id, decision));
    else {
      const mismatch = this.tally.compare(id, why, decision, expect);
      if (mismatch !== undefined) this.output.line(mismatch);
    }
  }

  pause(): Promise<void> {
    return this.output.flush();
  }

  /** What is reported at the end; judging nothing is not a success. */
  close(tell: (line: string) => void): Exit {
    if (this.tally === undefined) {
      if (this.#cases === 0) tell('$.cases: the list is empty, so nothing was decided');
      return EXIT.ok;
    }
    const { passed, failed, unjudged } = this.tally;
    if (unjudged > 0) tell(`${unjudged} of ${this.#cases} cases expect nothing: neither passed nor failed`);
    this.output.line(this.tally.summary());
    if (failed > 0) return EXIT.failed;
    if (passed > 0) return EXIT.ok;
    tell('$.cases: no case expects anything, so nothing was checked');
    return EXIT.malformed;
  }
}
