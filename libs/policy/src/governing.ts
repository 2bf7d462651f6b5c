import { forceAt, type CompiledRegister, type Exchange, type Force, type Instrument } from '#treaties';

/** An instrument with rules of exchange, and whom it binds when. */
export interface Governing {
  readonly instrument: Instrument;
  readonly exchange: Exchange;
  readonly force: Force;
}

/** What governs an exchange at an instant; undefined: no such instrument, or one without rules of exchange. */
export function governing(register: CompiledRegister, id: string, at: number): Governing | undefined {
  const force = forceAt(register, id, at);
  if (!force?.instrument.exchange) return undefined;
  return { force, instrument: force.instrument, exchange: force.instrument.exchange };
}
