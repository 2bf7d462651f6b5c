import {
  bodyOf,
  consenterFor,
  knownEntry,
  type CompiledRegister,
  type House,
  type InformationRules,
} from '#treaties';
import { governing } from './governing.js';

/** What is known of the law and of the authorities at the instant of an act, as far as information is concerned. */
export interface LawAt {
  readonly house: House;
  /** The rules on information of the instrument under which an item came. */
  readonly rulesOf: (instrument: string) => InformationRules | undefined;
  /** The authority itself, or the one whose unit it is: a unit is no third party to its own authority. */
  readonly bodyOf: (id: string) => string;
  /** The authority itself, or if it was dissolved its successor; now, or when a consent was given. */
  readonly consenterFor: (id: string, then?: number) => string;
  /** Whether a body is one of the receiver's state, or on no list: a request is passed on inside a state. */
  readonly oneState: (receiver: string, body: string) => boolean;
}

export function lawAt(register: CompiledRegister, at: number): LawAt {
  return {
    house: register.house,
    rulesOf: (instrument) => governing(register, instrument, at)?.exchange.information,
    bodyOf: (id) => bodyOf(register, id, at),
    consenterFor: (id, then = at) => consenterFor(register, id, then),
    oneState: (receiver, body) => {
      const own = knownEntry(register, receiver, at);
      // An organ has no state, so no body of it. A body that is on no list is not known; one of another state is none.
      if (own?.kind === 'organ') return false;
      const known = knownEntry(register, body, at);
      return known === undefined || (known.state !== undefined && known.state === own?.state);
    },
  };
}
