/*
 * Parking and the doorbell: no wake-up is lost. RingProducer.publish and RingConsumer.park,
 * with a store buffer for each side, as processors have them: a store is seen by its own side at
 * once and by the other some time later, in order. A full fence waits until the buffer is empty.
 *
 *   ./check.sh           checks it, and that it fails without either fence
 *
 * The consumer ends when it has taken all N messages. If it can sleep for ever with one published,
 * Spin reports an invalid end state.
 */
#define N 3
#define HEADER 0
#define PARKED 1

byte memory[2];
byte bell; /* bytes in the FIFO */
chan producer_stores = [2] of { byte, byte };
chan consumer_stores = [2] of { byte, byte };

#ifdef NO_PRODUCER_FENCE
#define PRODUCER_FENCE skip
#else
#define PRODUCER_FENCE empty(producer_stores)
#endif
#ifdef NO_CONSUMER_FENCE
#define CONSUMER_FENCE skip
#else
#define CONSUMER_FENCE empty(consumer_stores)
#endif

active proctype processor()
{
  byte what, value;
end:
  do
  :: atomic { producer_stores?what, value -> memory[what] = value }
  :: atomic { consumer_stores?what, value -> memory[what] = value }
  od
}

active proctype producer()
{
  byte i;
  for (i : 1 .. N) {
    producer_stores!HEADER, i;
    PRODUCER_FENCE;
    if
    :: memory[PARKED] == 1 ->
      producer_stores!PARKED, 0;
      /* write(2): the pipe's lock in the kernel orders the store before the byte. */
      empty(producer_stores);
      bell++
    :: else
    fi
  }
}

active proctype consumer()
{
  byte taken;
  do
  :: taken == N -> break
  :: taken < N && memory[HEADER] > taken -> taken = memory[HEADER]
  :: taken < N && memory[HEADER] == taken ->
    consumer_stores!PARKED, 1;
    CONSUMER_FENCE;
    if
    :: memory[HEADER] > taken -> consumer_stores!PARKED, 0
    :: memory[HEADER] == taken ->
      /* epoll: level-triggered */
      bell > 0 -> bell = 0;
      consumer_stores!PARKED, 0
    fi
  od
}
