/*
 * One direction between two authorities: numbers with the identity of the message before, requests for what is missing, voids.
 * Written from the rules (docs/protocol/envelope.md sections 5 and 7, docs/architecture.md), not from the code.
 *
 * The bus is a set of what is on its way, taken out in any order; FAULTS times it loses or duplicates. A timer runs out only when nothing
 * is on its way; one that runs out too early does what a duplicate does. So every run must end (run.mjs looks for cycles), and at its end
 * everything must be settled.
 *
 * With -DLIAR the sender signs what it likes, two versions of each number, and the bus repeats everything at any time.
 *
 * Left out: identifiers, expiry, attachments, bounds; epochs are in restore.pml, the way of a receipt is in telling.pml.
 */
#ifndef FAULTS
#define FAULTS 2
#endif
#define N 3
#define VERSIONS 2

#define bit(n) (1 << (n))
#define has(set, n) ((set) & bit(n))
#define put(set, n) set = set | bit(n)
#define drop(set, n) set = set & ~bit(n)

/* Of the numbers, those for which p holds: whether there are any, and one of them. */
#define any(p) (p(1) || p(2) || p(3))
#define choose(p, n) if :: p(1) -> n = 1 :: p(2) -> n = 2 :: p(3) -> n = 3 fi
#define pick(set, n) if :: has(set, 1) -> n = 1 :: has(set, 2) -> n = 2 :: has(set, 3) -> n = 3 fi

/* What is on its way: numbers. */
byte messages, voids, requests, receipts;
byte faults = FAULTS;
#define quiet (messages + voids + requests + receipts == 0)

/* The sender: the last number, and what it knows of each. */
mtype = { none, sent, missing, waiting, accepted, rejected, voided };
byte outN;
mtype status[N + 1] = none;
/* Messages that open a case depend on no other; the others do on those before. */
byte opening;

/* The recipient. inD is the version of the last number: the identity that the next message must name. */
byte inN, inD;
mtype place[N + 2] = none;
byte version[N + 2];
byte effects[N + 1];

/* Which version of the number before is named by a version of a number. */
byte prev[VERSIONS];
#define names(n, v) ((prev[v] >> (n)) & 1)

#define settled(n) (place[n] == accepted || place[n] == rejected || place[n] == voided)
#define settledBefore(n) ((n <= 1 || settled(1)) && (n <= 2 || settled(2)))
#define known(n) (place[n] == waiting || place[n] == accepted || place[n] == rejected)

inline judge(n) {
  assert(has(opening, n) || settledBefore(n));
  if
  :: place[n] = accepted;
     effects[n]++;
     assert(effects[n] == 1);
     /* What was taken is a chain, as far as it is there. */
     assert(!(n > 1 && place[n - 1] == accepted) || names(n, version[n]) == version[n - 1]);
     assert(place[n + 1] != accepted || names(n + 1, version[n + 1]) == version[n]);
  :: place[n] = rejected
  fi;
  put(receipts, n)
}

/* What waited, and nothing is missing before it any more. */
inline release() {
  i = 1;
  do
  :: i <= N ->
     if
     :: place[i] == waiting && settledBefore(i) -> judge(i)
     :: else
     fi;
     i++
  :: else -> break
  od;
  i = 0
}

inline noteMissing(last) {
  do
  :: inN < last -> inN++; place[inN] = missing
  :: else -> break
  od
}

inline takeMessage(n, v) {
  if
#ifdef FAULT_DUPLICATE
  :: n <= inN && known(n) && version[n] == v -> place[n] = missing
#else
  :: n <= inN && known(n) && version[n] == v -> put(receipts, n); goto taken
#endif
  :: else
  fi;
  if
  :: n <= inN && place[n] != missing -> goto taken /* a conflict */
#ifndef FAULT_PREV
  :: n == inN + 1 && n > 1 && names(n, v) != inD -> goto taken
#endif
#ifndef FAULT_PREV_LATE
  :: n <= inN && place[n] == missing && n > 1 && known(n - 1) && names(n, v) != version[n - 1] -> goto taken
#endif
#ifndef FAULT_SUCCESSOR
  :: n <= inN && place[n] == missing && known(n + 1) && names(n + 1, version[n + 1]) != v -> goto taken
#endif
  :: else
  fi;
  if
#ifdef FAULT_NO_GAP
  :: n > inN -> inN = n; inD = v
#else
  :: n > inN -> noteMissing(n); inD = v
#endif
  :: else
  fi;
  version[n] = v;
  place[n] = waiting;
  if
#ifdef FAULT_ORDER
  :: judge(n)
#else
  :: has(opening, n) || settledBefore(n) -> judge(n)
  :: else -> put(receipts, n)
#endif
  fi;
taken:
  release()
}

/* A void settles a number that is open; of one that is farther ahead the log tells. */
inline takeVoid(n, v) {
  if
#ifdef FAULT_VOID
  :: n <= inN -> place[n] = voided; assert(effects[n] == 0)
#elif !defined(FAULT_VOID_IGNORED)
  :: n <= inN && place[n] == missing -> place[n] = voided
#endif
  :: n == inN + 1 -> inN = n; inD = v; place[n] = voided
  :: else
  fi;
  release()
}

#ifdef LIAR

active proctype Liar() {
  byte n, i;
  bit v;
  atomic {
    select(n : 0 .. 7);
    opening = n << 1;
    select(n : 0 .. 3);
    prev[0] = n << 2;
    select(n : 0 .. 3);
    prev[1] = n << 2;
    n = 0
  }
  do
  :: atomic {
       if :: n = 1 :: n = 2 :: n = 3 fi;
       if :: v = 0 :: v = 1 fi;
       if :: true -> takeMessage(n, v) :: true -> takeVoid(n, v) fi;
       n = 0; v = 0; receipts = 0
     }
  od
}

#else

/* A packet is taken out; or a copy of it stays. */
inline deliver(set, n) {
  pick(set, n);
  if
  :: drop(set, n)
  :: faults > 0 -> faults--
  fi
}

#define isSent(n) (status[n] == sent)
/* Published again until it is receipted; to a recipient that has it already this would change nothing. */
#define isUnreceipted(n) (status[n] == sent && !known(n))
#define isMissing(n) (place[n] == missing)
#define isUntold(n) ((place[n] == accepted || place[n] == rejected) && status[n] != place[n])

active proctype Sender() {
  byte n;
end:
  do
  :: atomic {
       outN < N -> outN++;
       status[outN] = sent;
       if :: put(opening, outN) :: skip fi;
       put(messages, outN)
     }
  /* It expired, or the register does not allow it any more; it may be on its way already. */
  :: atomic {
       any(isSent) -> choose(isSent, n);
       status[n] = voided;
       put(voids, n);
       n = 0
     }
  :: atomic { quiet && any(isUnreceipted) -> choose(isUnreceipted, n); put(messages, n); n = 0 }
  :: atomic {
       requests -> deliver(requests, n);
       if
       :: status[n] == voided -> put(voids, n)
       :: else -> put(messages, n)
       fi;
       n = 0
     }
  :: atomic {
       receipts -> deliver(receipts, n);
       if
       :: isUntold(n) -> status[n] = place[n]
       :: else /* stored: its verdict comes later */
       fi;
       n = 0
     }
  /* In the end the recipient's log tells its verdicts, whatever the bus lost (telling.pml). */
  :: atomic { quiet && any(isUntold) -> choose(isUntold, n); status[n] = place[n]; n = 0 }
  od
}

active proctype Recipient() {
  byte n, i;
end:
  do
  :: atomic { messages -> deliver(messages, n); takeMessage(n, 0); n = 0 }
  :: atomic { voids -> deliver(voids, n); takeVoid(n, 0); n = 0 }
#ifndef FAULT_NO_REQUEST
  :: atomic { quiet && any(isMissing) -> choose(isMissing, n); put(requests, n); n = 0 }
#endif
#ifndef FAULT_NO_SENT
  /* The sender's log tells what was sent, also what no later message shows to be missing. */
  :: atomic { quiet && inN < outN -> noteMissing(outN); inD = 0 }
#endif
  od
}

#define lose(set) atomic { faults > 0 && set -> pick(set, n); drop(set, n); faults--; n = 0 }

active proctype Bus() {
  byte n;
end:
  do
  :: lose(messages)
  :: lose(voids)
  :: lose(requests)
  :: lose(receipts)
  od
}

#define agreed(n) (settled(n) && place[n] == status[n])

active proctype Rest() {
  timeout -> assert(outN == N && agreed(1) && agreed(2) && agreed(3))
}
#endif
