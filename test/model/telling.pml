/*
 * The log that an authority (the owner) keeps for another (the holder), told in stretches [start, size) each under a checkpoint, and
 * mirrored there: receipts reach their sender in this way. Written from the rules (docs/protocol/envelope.md section 7, libs/ledger/README.md),
 * not from the code.
 *
 * The bus is a set of what is on its way, taken out in any order; FAULTS times it loses or duplicates, or puts other entries beside a
 * checkpoint, which anybody can who has seen one. The hour after which an empty stretch is told passes only when nothing is on its way
 * and the mirror is not whole: told a whole one, it changes nothing. So every run must end, and at its end the mirror must be the log.
 *
 * With -DFORK the owner signs two histories, which part at entry 1, and the bus tells any stretch of either at any time.
 *
 * A root is what it stands for: two are equal if the entries before them are. Left out: bounds of size, the limit of one ask a second
 * (one that is ignored is one that is lost), erasure. Epochs are in restore.pml.
 */
#ifndef FAULTS
#define FAULTS 2
#endif
#define SIZE 4
/* Entries of one telling; an ask is answered with one. */
#define PIECE 2

#define FORGED 15
/* An entry of a history. */
#define entry(history, index) ((index) + ((history) && (index) >= 1 -> 8 : 0))

#define bit(n) (1 << (n))
#define has(set, n) ((set) & bit(n))
#define put(set, n) set = set | bit(n)
#define drop(set, n) set = set & ~bit(n)

/* The holder: its mirror, and whether it is to ask. */
byte mirrored;
byte mirror[SIZE];
byte effects[SIZE];
bool asking, stopped;

/* Whether the mirror's first entries are those of a history. */
#define is(history, index) (mirror[index] == entry(history, index))
#define begins(history, size) \
  (((size) < 1 || is(history, 0)) && ((size) < 2 || is(history, 1)) && ((size) < 3 || is(history, 2)) && ((size) < 4 || is(history, 3)))

inline append(history, size, isForged) {
  before = mirrored;
#ifdef FAULT_EFFECTS
  i = start;
#else
  i = mirrored;
#endif
  do
  :: i < size ->
     mirror[i] = (isForged -> FORGED : entry(history, i));
     i++
  :: else -> break
  od;
  if
#ifndef FAULT_MIRROR
  /* Entries that miss the root: nothing is taken, and nobody accused. */
  :: !begins(history, size) ->
     i = before;
     do
     :: i < size -> mirror[i] = 0; i++
     :: else -> break
     od;
     asking = true;
#ifdef FAULT_ACCUSE
     stopped = true
#endif
#endif
  :: else ->
#ifdef FAULT_EFFECTS
     i = start;
#else
     i = before;
#endif
     do
     :: i < size ->
        effects[i]++;
        assert(effects[i] == 1);
        i++
     :: else -> break
     od;
     mirrored = size;
     asking = false
  fi;
  i = 0; before = 0
}

inline take(history, start, size, isForged) {
  if
  :: stopped
#ifndef FAULT_FORK
  /* Signatures that contradict each other. */
  :: !stopped && ((start <= mirrored && !begins(history, start)) || (size <= mirrored && !begins(history, size))) -> stopped = true
#endif
  :: else ->
     if
     :: size <= mirrored
#ifdef FAULT_SKIP
     :: size > mirrored -> append(history, size, isForged)
#else
     :: size > mirrored && start <= mirrored -> append(history, size, isForged)
     :: size > mirrored && start > mirrored -> asking = true
#endif
     fi
  fi;
  /* The beginning of one history, and no other one is told beside it unnoticed. */
  assert(begins(0, mirrored) || begins(1, mirrored));
  assert(stopped || start > mirrored || begins(history, start));
  assert(stopped || size > mirrored || begins(history, size));
#ifndef FORK
  /* Who has one history is not accused. */
  assert(!stopped)
#endif
}

#ifdef FORK

active proctype Owner() {
  byte start, size, i, before;
  bit history;
  bool isForged;
  do
  :: atomic {
       select(start : 0 .. SIZE);
       select(size : start .. SIZE);
       if :: history = 0 :: history = 1 fi;
       if :: isForged = false :: isForged = true fi;
       take(history, start, size, isForged);
       start = 0; size = 0; history = 0; isForged = false; asking = false
     }
  od
}

#else

/* On their way: tellings by start and size, asks by size, and what the holder says that it has seen. */
int tellings;
byte asks, seens;
byte faults = FAULTS;
#define quiet (tellings == 0 && asks == 0 && seens == 0)

byte size, told, seen, announced;

#define stretch(start, size) ((start) * (SIZE + 1) + (size))

/* One of a set. */
inline pick(set, n) {
  n = 0;
  do
  :: has(set, n) -> break
  :: set >> (n + 1) -> n++
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

inline tell(from) {
  start = from;
  do
  :: start < size ->
     put(tellings, stretch(start, (start + PIECE < size -> start + PIECE : size)));
     start = start + PIECE
  :: else -> break
  od;
  start = 0
}

active proctype Owner() {
  byte n, start;
end:
  do
  :: atomic { size < SIZE -> size++ }
  /* Receipts at once, other entries when there are many. */
  :: atomic { told < size -> tell(told); told = size }
#ifndef FAULT_NO_HOUR
  :: atomic { quiet && !asking && told == size && mirrored < size -> put(tellings, stretch(size, size)) }
#endif
  :: atomic {
       asks -> deliver(asks, n);
       assert(n <= size);
       if
       :: n < seen
#ifdef FAULT_ANSWER
       :: n >= seen -> put(tellings, stretch(size, size))
#else
       :: n >= seen -> put(tellings, stretch(n, (n + PIECE < size -> n + PIECE : size)))
#endif
       fi;
       n = 0
     }
  :: atomic {
       seens -> deliver(seens, n);
       /* What we never had would be a restore of ours that we do not know of, or a stolen seal. */
       assert(n <= size);
       if
       :: n > seen -> seen = n
       :: else
       fi;
       n = 0
     }
  od
}

active proctype Holder() {
  byte n, start, i, before;
  bool isForged;
end:
  do
  :: atomic {
       tellings -> deliver(tellings, n);
       if
       :: isForged = false
       :: faults > 0 -> faults--; isForged = true
       fi;
       start = n / (SIZE + 1);
       n = n % (SIZE + 1);
       take(0, start, n, isForged);
       n = 0; start = 0; isForged = false
     }
#ifndef FAULT_NO_ASK
  :: atomic { asking -> put(asks, mirrored); asking = false }
#endif
  /* Its own checkpoints say what it has seen. */
  :: atomic {
       announced < mirrored -> announced = mirrored;
#ifdef FAULT_SEEN
       put(seens, size)
#else
       put(seens, mirrored)
#endif
     }
  od
}

#define lose(set) atomic { faults > 0 && set -> pick(set, n); drop(set, n); faults--; n = 0 }

active proctype Bus() {
  byte n;
end:
  do
  :: lose(tellings)
  :: lose(asks)
  :: lose(seens)
  od
}

active proctype Rest() {
  timeout -> assert(mirrored == SIZE && begins(0, SIZE))
}
#endif
