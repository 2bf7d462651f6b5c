/*
 * A sender and a recipient, of which one or both lose their database and go on from a backup, in a new epoch that they state until it is
 * answered. Written from the rules (docs/decisions/15, docs/protocol/envelope.md section 7), not from the code.
 *
 * -DSENDER, -DRECIPIENT: who may be restored, once, from nothing or from a backup that was taken at any moment. The bus is a set of what is
 * on its way; FAULTS times it loses or duplicates. Timers run out only when nothing is on its way, and only where that changes anything.
 * So every run must end, and at its end both must know the same epochs and have the same messages with their receipts.
 *
 * -DNONE_REFUSED: no message that its sender still has is refused only because of a restore. Therefore an answer begins no epoch; who
 * learns from the other's statement that its own epoch is not known there states it again; and an answer is written when it is given, and
 * does not count if it is of an epoch before the one in which its sender is known to be.
 *
 * What a log tells arrives in the end (telling.pml), so here one side reads the other's log: the sender the receipts, the recipient
 * what was sent. Not before the epoch of the log is known, and what a side said that it has seen is not told to it again before it
 * stated a new epoch. Left out: order, chain and voids (sequence.pml); messages the other way, which would do the same.
 */
#ifndef FAULTS
#define FAULTS 1
#endif
#define N 2
/* And so many in the second epoch, at most N. */
#ifndef SECOND
#define SECOND 2
#endif

#define bit(n) (1 << (n))
#define has(set, n) ((set) & bit(n))
#define put(set, n) set = set | bit(n)
#define drop(set, n) set = set & ~bit(n)
#define without(set, other) ((set) & ~(other))

/*
 * A place in the sequence is epoch and number: 0 and 1 for those of the first epoch, 2 and 3 for those of the second. A message is a place,
 * and whether it was written after the sender's restore, for two messages can have one place only in this way.
 */
#define place(epoch, n) ((epoch) * N + (n) - 1)
#define message(place, after) ((place) + (after) * 2 * N)
#define placeOf(message) ((message) % (2 * N))
#define epochOf(message) (placeOf(message) / N)
#define numberOf(message) (placeOf(message) % N + 1)
/* Which messages have places in a set. */
#define messagesAt(places) ((places) | ((places) << (2 * N)))
#define placesOf(messages) (((messages) | ((messages) >> (2 * N))) & 15)
#define FIRST_EPOCH 3

/* On their way. A statement or answer of the sender says its last number of an epoch; those of the recipient need not say more here. */
byte messages, requests, senderAnswers, recipientAnswers;
bool senderBegins, recipientBegins;
byte faults = FAULTS;
/* Messages of an epoch that was not stated yet are held by the recipient: here they stay on the bus. */
#define readable (messages & (messagesAt(FIRST_EPOCH) | 255 * (r.peerEpoch == 1)))
#define quiet (readable + requests + senderAnswers + recipientAnswers == 0 && !senderBegins && !recipientBegins)

/* Which message had a place when it was accepted first, whatever was restored since. */
byte everAccepted;

/* What the sender's database has. */
typedef Sender {
  byte epoch;
  byte last[2];
  byte sent, accepted, refused;
  /* Receipts in its mirror; the epoch of the log in which the recipient is now. */
  byte mirror, peerEpoch;
  /* Its answer to the recipient's statement: 1 + place, or 1 + N * 2 + epoch if nothing was sent in it. */
  byte answer
}

/* What the recipient's database has. */
typedef Recipient {
  byte epoch;
  byte peerEpoch, last;
  byte accepted, refused, missing;
  /* What the sender said that it has seen of its receipts. */
  byte seen;
  byte answer
}

Sender s, sBackup;
Recipient r, rBackup;
bool sBacked, rBacked, sRestored, rRestored, sStates, rStates;
/* What the sender's statement names as its last number of the first epoch. */
byte sStated;
/* Of which epoch the recipient's statement says that it had the last message. */
byte rStated;
/* Receipts in the log that the recipient's restore ended. */
byte oldReceipts;

#define setSender(to, epoch0, last0, last1, sent0, accepted0, refused0, mirror0, peer0, answer0) \
  to.epoch = epoch0; to.last[0] = last0; to.last[1] = last1; to.sent = sent0; to.accepted = accepted0; to.refused = refused0; \
  to.mirror = mirror0; to.peerEpoch = peer0; to.answer = answer0
#define copySender(to, from) \
  setSender(to, from.epoch, from.last[0], from.last[1], from.sent, from.accepted, from.refused, from.mirror, from.peerEpoch, from.answer)
#define clearSender(to) setSender(to, 0, 0, 0, 0, 0, 0, 0, 0, 0)

#define setRecipient(to, epoch0, peer0, last0, accepted0, refused0, missing0, seen0, answer0) \
  to.epoch = epoch0; to.peerEpoch = peer0; to.last = last0; to.accepted = accepted0; to.refused = refused0; \
  to.missing = missing0; to.seen = seen0; to.answer = answer0
#define copyRecipient(to, from) \
  setRecipient(to, from.epoch, from.peerEpoch, from.last, from.accepted, from.refused, from.missing, from.seen, from.answer)
#define clearRecipient(to) setRecipient(to, 0, 0, 0, 0, 0, 0, 0, 0)

#define receipts ((r.accepted | r.refused))
/* Receipts that the sender can be told now. */
#ifdef FAULT_OLD_LOG
#define inLogs without(receipts * (s.peerEpoch == r.epoch), oldReceipts)
#elif defined(FAULT_ASKED_ONCE)
/* The ended log is asked for when its successor is heard of first, and not again. */
bool isLost;
#define inLogs without(receipts * (s.peerEpoch == r.epoch || r.epoch == 0), oldReceipts * isLost)
#else
#define inLogs (receipts * (s.peerEpoch == r.epoch || r.epoch == 0) | oldReceipts)
#endif
#define untold without(without(inLogs, s.mirror), r.seen)
#define unreceipted without(without(s.sent, s.accepted | s.refused), receipts | messages)

/* One of a set. */
inline pick(set, n) {
  n = 0;
  do
  :: has(set, n) -> break
  :: (set) >> (n + 1) -> n++
  od
}

/* It goes, or a copy of it stays. */
inline deliver(set, n) {
  pick(set, n);
  if
  :: drop(set, n)
  :: faults > 0 -> faults--
  fi
}

#define NONE (2 * N)

#ifdef FAULT_ANSWER_KEPT
#define NOT_GIVEN(answer) (answer == 0)
#else
#define NOT_GIVEN(answer) true
#endif
#ifdef FAULT_OLD_ANSWER
#define counts(epoch, known) true
#else
#define counts(epoch, known) ((epoch) >= (known))
#endif

inline hearOf(heard) {
#ifdef FAULT_ASKED_ONCE
  if
  :: heard > s.peerEpoch && faults > 0 -> faults--; isLost = true
  :: true
  fi;
#endif
  s.peerEpoch = (heard > s.peerEpoch -> heard : s.peerEpoch)
}

inline answerAsSender() {
#ifdef FAULT_WAIT
  if
  :: sStates -> skip
  :: else ->
#endif
  if
  :: NOT_GIVEN(s.answer) -> s.answer = 1 + (s.last[s.epoch] > 0 -> place(s.epoch, s.last[s.epoch]) : NONE + s.epoch)
  :: else
  fi;
  put(senderAnswers, s.answer - 1)
#ifdef FAULT_WAIT
  fi
#endif
}

active proctype Sending() {
  byte n;
end:
  do
  :: atomic {
       s.last[s.epoch] < (s.epoch == 0 -> N : SECOND) ->
       s.last[s.epoch]++;
       n = message(place(s.epoch, s.last[s.epoch]), sRestored);
       put(s.sent, n);
       put(messages, n);
       n = 0
     }
  /* Published again until it is receipted; to a recipient that has it or holds it this would change nothing. */
  :: atomic { quiet && unreceipted -> pick(unreceipted, n); put(messages, n); n = 0 }
  :: atomic {
       untold -> pick(untold, n);
       put(s.mirror, n);
       if
       :: has(s.sent, n) && has(r.accepted, n) && !has(s.refused, n) -> put(s.accepted, n)
       :: has(s.sent, n) && has(r.refused, n) && !has(s.accepted, n) -> put(s.refused, n)
       :: else
       fi;
       n = 0
     }
  :: atomic {
       requests -> deliver(requests, n);
       messages = messages | (s.sent & messagesAt(bit(n)));
       n = 0
     }
  :: atomic {
       recipientBegins ->
       if
       :: recipientBegins = false
       :: faults > 0 -> faults--
       fi;
       answerAsSender();
#ifndef FAULT_NOT_RESTATED
       if
       :: s.epoch == 1 && rStated == 0 -> sStates = true
       :: else
       fi;
#endif
       hearOf(1)
     }
  :: atomic {
       recipientAnswers -> deliver(recipientAnswers, n);
       if
       :: sStates && counts(n, s.peerEpoch) -> sStates = false; hearOf(n)
       :: else
       fi;
       n = 0
     }
#ifndef FAULT_STATED_ONCE
  :: atomic { quiet && sStates -> senderBegins = true }
#endif
#ifdef SENDER
  :: atomic { !sBacked && !sRestored -> sBacked = true; copySender(sBackup, s) }
  :: atomic {
       !sRestored -> sRestored = true;
       copySender(s, sBackup);
       clearSender(sBackup);
       sBacked = false;
#ifndef FAULT_EPOCH
       sStated = s.last[0];
       s.epoch = 1;
       sStates = true;
       senderBegins = true
#endif
     }
#endif
  od
}

/* Every number up to one that is not here yet is missing. */
inline noteMissing(end) {
  do
  :: r.last < end -> r.last++; put(r.missing, place(r.peerEpoch, r.last))
  :: else -> break
  od
}

/* The sender's epoch has begun; what it had seen before it may have lost. */
inline beginEpoch() {
  r.peerEpoch = 1;
  r.last = 0;
#ifndef FAULT_SEEN
  r.seen = 0
#endif
}

inline accept(n) {
  put(r.accepted, n);
  drop(r.missing, placeOf(n));
  /* Nothing is accepted in the place of another message, not even of one that a restore made forget. */
  assert(!(everAccepted & messagesAt(bit(placeOf(n))) & ~bit(n)));
  put(everAccepted, n)
}

inline takeMessage(n) {
  if
  :: has(receipts, n) -> drop(r.missing, placeOf(n))
  :: !has(receipts, n) && has(r.missing, placeOf(n)) -> accept(n)
  :: !has(receipts, n) && !has(r.missing, placeOf(n)) && epochOf(n) == r.peerEpoch && numberOf(n) > r.last ->
     noteMissing(numberOf(n));
     accept(n)
  :: else -> put(r.refused, n)
  fi
}

/* What the sender's logs say was sent in an ended epoch, and is neither here nor missing. */
#define overdue (without(placesOf(s.sent) & FIRST_EPOCH, placesOf(receipts) | r.missing) * (r.peerEpoch == 1 && s.epoch == 1))
/* Of an ended epoch, and its sender has it no more: after some requests it is given up. */
#define givenUp (without(r.missing & FIRST_EPOCH, placesOf(s.sent)) * (r.peerEpoch == 1))

active proctype Receiving() {
  byte n, was;
end:
  do
  :: atomic {
       readable ->
       was = without(messages, readable);
       messages = readable;
       deliver(messages, n);
       messages = messages | was;
       was = 0;
       takeMessage(n);
       n = 0
     }
  :: atomic { quiet && givenUp -> r.missing = without(r.missing, givenUp) }
  /* A request for what its sender has no more changes nothing. */
  :: atomic { quiet && (r.missing & placesOf(s.sent)) -> requests = r.missing & placesOf(s.sent) }
  :: atomic { quiet && overdue -> r.missing = r.missing | overdue }
  :: atomic { quiet && s.epoch == r.peerEpoch && r.last < s.last[s.epoch] -> noteMissing(s.last[s.epoch]) }
  /* The sender's checkpoints say what it has seen. */
  :: atomic { s.epoch <= r.peerEpoch && without(s.mirror & receipts, r.seen) -> r.seen = r.seen | (s.mirror & receipts) }
  :: atomic {
       senderBegins ->
       if
       :: senderBegins = false
       :: faults > 0 -> faults--
       fi;
#ifdef FAULT_WAIT
       if
       :: rStates -> skip
       :: else ->
#endif
#ifndef FAULT_NO_ANSWER
       if
       :: NOT_GIVEN(r.answer) -> r.answer = 1 + r.epoch
       :: else
       fi;
       put(recipientAnswers, r.answer - 1);
#endif
       if
       :: r.peerEpoch == 0 ->
          /* What lies beyond is not waited for any more; what lies before is missing. */
          r.missing = r.missing & ((1 << sStated) - 1);
#ifndef FAULT_NOT_MISSING
          noteMissing(sStated);
#endif
          beginEpoch()
       :: else
       fi
#ifdef FAULT_WAIT
       fi
#endif
     }
  :: atomic {
       senderAnswers -> deliver(senderAnswers, n);
       was = (n < NONE -> n / N : n - NONE);
       if
       :: rStates && counts(was, r.peerEpoch) ->
          rStates = false;
#ifdef FAULT_ANSWER_BEGINS
          if
          :: was > r.peerEpoch -> beginEpoch()
          :: else
          fi;
#endif
          if
          :: n < NONE && was == r.peerEpoch && numberOf(n) > r.last -> noteMissing(numberOf(n))
          :: else
          fi
       :: else
       fi;
       was = 0;
       n = 0
     }
#ifndef FAULT_STATED_ONCE
  :: atomic { quiet && rStates -> recipientBegins = true }
#endif
#ifdef RECIPIENT
  :: atomic { !rBacked && !rRestored -> rBacked = true; copyRecipient(rBackup, r) }
  :: atomic {
       !rRestored -> rRestored = true;
       copyRecipient(r, rBackup);
       clearRecipient(rBackup);
       rBacked = false;
       oldReceipts = receipts;
       r.epoch = 1;
       rStated = r.peerEpoch;
       rStates = true;
       recipientBegins = true
     }
#endif
  od
}

#define lose(set) atomic { faults > 0 && set -> pick(set, n); drop(set, n); faults--; n = 0 }

active proctype Bus() {
  byte n;
end:
  do
  :: lose(messages)
  :: lose(requests)
  :: lose(senderAnswers)
  :: lose(recipientAnswers)
  :: atomic { faults > 0 && senderBegins -> faults--; senderBegins = false }
  :: atomic { faults > 0 && recipientBegins -> faults--; recipientBegins = false }
  od
}

#ifndef FAULT_EPOCH
active proctype Rest() {
  timeout ->
  /* Nobody waits for an answer, and each knows the other's epoch. */
  assert(!sStates && !rStates);
  assert(s.peerEpoch == r.epoch && r.peerEpoch == s.epoch);
  /* Nothing is missing, and each message has its receipt. */
  assert(!r.missing && r.last >= s.last[s.epoch]);
  assert(!without(s.sent, receipts) && s.sent == (s.accepted | s.refused));
#ifdef NONE_REFUSED
  assert(!without(s.sent, r.accepted) && s.sent == s.accepted)
#endif
}
#endif
