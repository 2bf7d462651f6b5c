import type { Accreditation, Arrangement, NationalList, TreatyBook } from './books.js';
import type { Authority, Register } from './register.js';

/** The newest version of every book a node holds, each already verified and validated, as the one register of `decide`. */
export function assembleRegister(books: {
  readonly treatyBooks: readonly TreatyBook[];
  readonly nationalLists: readonly NationalList[];
  readonly arrangements: readonly Arrangement[];
  readonly accreditations: readonly Accreditation[];
}): Register {
  return {
    events: books.treatyBooks.flatMap(({ events }) => events),
    agreements: books.treatyBooks.flatMap(({ agreements }) => agreements),
    authorities: books.nationalLists.flatMap(({ authorities }) => authorities.map(entryOf)),
    arrangements: books.arrangements.map(({ instrument, between, from, until, electronicForm }) => ({
      instrument,
      between,
      from,
      until,
      electronicForm,
    })),
    channels: books.accreditations.map(({ between, under, upTo, from, until }) => ({
      between,
      under,
      upTo,
      from,
      until,
    })),
  };
}

function entryOf(listed: NationalList['authorities'][number]): Authority {
  const { id, state, organ, instruments, kind, from, until, timeZone, clearance, unitOf, succeededBy } =
    listed;
  return { id, state, organ, instruments, kind, from, until, timeZone, clearance, unitOf, succeededBy };
}
