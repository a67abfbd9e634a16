/*
 * The log of a cluster without a network: CommandLog, and what Replica does with it. Two nodes write
 * under one lock, either may be killed between any two steps, and a third reads whenever it likes.
 *
 *   ./check.sh           checks it, and that it fails without either rule
 *
 * A record holds its number. A file has CAPACITY records behind its snapshot, which says how many
 * records came before. One word, the head, commits: the file and its end. Whoever reads must see the
 * records in order, each once, and everything that was acknowledged before it looked.
 *
 * COMMIT_FIRST: the head is stored before what it makes known. SKIP_REST: whoever goes on to the
 * next file does not read the rest of the one before. REACH: fails when a reader has read everything
 * after a writer was killed and a file was replaced, which shows that the model can get there.
 */
#define CAPACITY 2
#define FILES 4
#define RECORDS 5
#define SLOT(f, p) ((f) * CAPACITY + (p))

byte record[8];          /* by SLOT */
byte snapshot[FILES];    /* how many records came before a file */
byte previous_end[FILES];
bit named[FILES];        /* others can open it */
byte head_file, head_end; /* one word: stored and loaded at once */
byte lock;               /* 0: free */
byte acknowledged;
byte killed;

inline catch_up()
{
  /* load with acquire */
  atomic { seen_file = head_file; seen_end = head_end; must = acknowledged };
again:
  if
  :: seen_file == file -> skip
  :: seen_file == file + 1 && named[seen_file] ->
#ifndef SKIP_REST
    do
    :: at < previous_end[seen_file] ->
      assert(record[SLOT(file, at)] == applied + 1);
      applied++;
      at++
    :: else -> break
    od;
#endif
    assert(applied == snapshot[seen_file]);
    file = seen_file;
    at = 0
  :: seen_file > file + 1 && named[seen_file] ->
    /* It missed a whole file, and begins with a snapshot. */
    assert(snapshot[seen_file] >= applied);
    applied = snapshot[seen_file];
    file = seen_file;
    at = 0
  :: seen_file != file && !named[seen_file] ->
    atomic { seen_file = head_file; seen_end = head_end };
    goto again
  fi;
  do
  :: at < seen_end ->
    assert(record[SLOT(file, at)] == applied + 1);
    applied++;
    at++
  :: else -> break
  od;
  assert(applied >= must)
}

inline die()
{
  /* The kernel releases the lock. */
  atomic { killed == 0; killed = 1; lock = 0; goto dead }
}

proctype writer(byte me)
{
  byte file, at, applied, seen_file, seen_end, must;
  do
  :: atomic { lock == 0 -> lock = me };
    catch_up();
    if
    :: applied == RECORDS -> lock = 0; break
    :: applied < RECORDS && at == CAPACITY ->
      /* compact: a stray file of a dead writer is replaced */
      if
      :: die()
      :: snapshot[file + 1] = applied; previous_end[file + 1] = at
      fi;
      if
      :: die()
      :: named[file + 1] = 1
      fi;
      if
      :: die()
      :: atomic { head_file = file + 1; head_end = 0 }
      fi;
      if
      :: die()
      :: named[file] = 0; file++; at = 0
      fi
    :: applied < RECORDS && at < CAPACITY -> skip
    fi;
#ifdef COMMIT_FIRST
    atomic { head_file = file; head_end = at + 1 };
#endif
    if
    :: die()
    :: record[SLOT(file, at)] = applied + 1
    fi;
    if
    :: die()
    :: atomic { head_file = file; head_end = at + 1 }
    fi;
    applied++;
    at++;
    if
    :: die()
    :: acknowledged = applied
    fi;
    lock = 0
  od;
dead:
  skip
}

active proctype reader()
{
  byte file, at, applied, seen_file, seen_end, must;
  do
  :: catch_up();
    if
    :: applied == RECORDS -> break
    :: applied < RECORDS -> skip
    fi
  od;
#ifdef REACH
  assert(!(killed == 1 && file >= 1))
#endif
}

init {
  atomic {
    named[0] = 1;
    run writer(1);
    run writer(2)
  }
}
