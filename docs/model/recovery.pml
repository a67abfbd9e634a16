/*
 * A store that loses its power, or its writer. RingProducer, RingConsumer and RingRecovery.repair,
 * with records of one slot each in a ring of CAPACITY slots, one of which is always left empty.
 *
 *   ./check.sh           checks it, and that it fails without either rule
 *
 * Memory is what processes see: it outlives them. The disk holds, of each page (a slot, or the
 * header), some earlier age, except that a sync brings it all up to date. At any moment
 *
 *   - the writer is killed, between any two stores of a batch, and another one attaches;
 *   - the power is lost: memory becomes what the disk holds, and is mended.
 *
 * The reader must take records in order, none twice while the power stays on, and none that was not
 * published; and what was published and then synced must not be lost.
 *
 * REUSE_EARLY: the writer overwrites what the reader has released, though the disk does not know
 * it yet. NO_ZEROS: it leaves no empty slot behind a batch. REACH: fails when a reader comes to the
 * end after every death, which shows that the model can get there.
 */
#define CAPACITY 4
#define LAST 6           /* records written in all */
#define POWER_CUTS 1
#define KILLS 1

/* A slot: the position of the record in it plus one, as its envelope says; whether its header is
   there. The header of a record is what publishes it. */
byte slot_seal[CAPACITY], disk_seal[CAPACITY];
bit slot_header[CAPACITY], disk_header[CAPACITY];
byte head, disk_head;    /* the reader's position, in the header's page */
byte tail, disk_tail;

byte reusable;           /* RingProducer.reuseUpTo */
byte promised;           /* records before it were published, and then synced */
byte taken;              /* records before it have been taken */
byte written;            /* the writer's position, in its own memory */
byte kills, cuts;
byte i, start, end_;     /* of atomic steps; 0 between them */

#ifdef REUSE_EARLY
#define LIMIT head
#else
#define LIMIT (reusable < head -> reusable : head)
#endif
#define AT(p) ((p) % CAPACITY)

inline write_back()
{
  /* one page */
  if
  :: disk_head = head; disk_tail = tail
  :: select (i : 0 .. CAPACITY - 1);
    disk_seal[i] = slot_seal[i];
    disk_header[i] = slot_header[i];
    i = 0
  fi
}

inline sync()
{
  for (i : 0 .. CAPACITY - 1) {
    disk_seal[i] = slot_seal[i];
    disk_header[i] = slot_header[i]
  }
  i = 0;
  disk_head = head;
  disk_tail = tail;
  reusable = head;
  promised = tail
}

/* RingRecovery.repair */
inline repair()
{
  start = head;
  do
  :: start < head + CAPACITY && !(slot_header[AT(start)] && slot_seal[AT(start)] == start + 1) ->
    start++
  :: else -> break
  od;
  if
  :: start == head + CAPACITY ->
    if
    :: tail >= head && tail <= head + CAPACITY -> start = tail
    :: else -> start = head
    fi
  :: else -> skip
  fi;
  end_ = start;
  do
  :: end_ - start < CAPACITY - 1 && slot_header[AT(end_)] && slot_seal[AT(end_)] == end_ + 1 ->
    end_++
  :: else -> break
  od;
  slot_header[AT(end_)] = 0;
  tail = end_;
  head = start;
  start = 0;
  end_ = 0
}

/* RingProducer.recover: it was killed when it had published and not yet said so */
inline attach()
{
  written = tail;
  do
  :: slot_header[AT(written)] && written - tail < CAPACITY -> written++
  :: else -> break
  od;
  tail = written;
  reusable = disk_head
}

active proctype writer()
{
  byte n, age;
  do
  :: {
    do
    :: written < LAST ->
      /* A batch of one or two: room for it, and for the empty slot behind it. */
      if
      :: n = 1
      :: written + 1 < LAST -> n = 2
      fi;
      written + n + 1 - LIMIT <= CAPACITY;
#ifndef NO_ZEROS
      slot_header[AT(written + 1)] = 0;
#endif
      slot_seal[AT(written)] = written + 1;
      if
      :: n == 2 ->
        slot_header[AT(written + 2)] = 0;
        slot_seal[AT(written + 1)] = written + 2;
        slot_header[AT(written + 1)] = 1
      :: else -> skip
      fi;
      /* The store that publishes: the header of the first, which was held back. */
      slot_header[AT(written)] = 1;
      atomic { written = written + n; n = 0 };
      tail = written
    od
  } unless {
    if
    :: atomic { kills < KILLS -> kills++; n = 0; attach() }
    :: atomic { age != cuts -> age = cuts; n = 0; attach() }
    fi
  }
  od
}

active proctype reader()
{
  byte at, age;
  do
  :: {
    do
    :: slot_header[AT(at)] == 1 ->
      atomic {
        assert(slot_seal[AT(at)] == at + 1);
        at++;
        if
        :: at > taken -> taken = at
        :: else -> skip
        fi
      };
      head = at
#ifdef REACH
    :: at == LAST && cuts == POWER_CUTS && kills == KILLS -> assert(false)
#endif
    od
  } unless {
    atomic { age != cuts -> age = cuts; at = head }
  }
  od
}

active proctype disk()
{
  do
  :: atomic { write_back() }
  :: atomic { sync() }
  :: atomic {
      cuts < POWER_CUTS ->
      cuts++;
      for (i : 0 .. CAPACITY - 1) {
        slot_seal[i] = disk_seal[i];
        slot_header[i] = disk_header[i]
      }
      i = 0;
      head = disk_head;
      tail = disk_tail;
      repair();
      assert(taken >= promised || (head <= taken && promised <= tail));
      /* What comes before is taken again; positions behind the end are used again. */
      taken = head;
      if
      :: promised > tail -> promised = tail
      :: else -> skip
      fi
    }
  od
}
