package org.vertxipc.posix;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(value = 60, unit = TimeUnit.SECONDS)
class PollerTest {
  // More than those for which there is room at first.
  private static final int PIPES = 50;

  private final List<Pipe> pipes = new ArrayList<>();
  private final ByteBuffer bytes = ByteBuffer.allocateDirect(1);
  private Poller poller;

  @BeforeEach
  void open() throws Exception {
    poller = new Poller();
    for (int i = 0; i < PIPES; i++) {
      pipes.add(Pipe.toOther());
    }
  }

  @AfterEach
  void close() throws Exception {
    poller.close();
    for (Pipe pipe : pipes) {
      Posix.close(pipe.theirs());
    }
  }

  private int[] poll(int events) throws Exception {
    poller.clear();
    int[] indices = new int[PIPES];
    for (int i = 0; i < PIPES; i++) {
      indices[i] = poller.add(pipes.get(i).theirs(), events);
    }
    poller.await();
    int[] ready = new int[PIPES];
    for (int i = 0; i < PIPES; i++) {
      ready[i] = poller.ready(indices[i]);
    }
    return ready;
  }

  private void write(int pipe) throws Exception {
    Posix.write(pipes.get(pipe).ours(), Posix.address(bytes), 1);
  }

  @Test
  void thoseWithSomethingToReadAndThoseWhoseOtherEndIsGoneAreReady() throws Exception {
    for (int i = 0; i < PIPES; i++) {
      if (i % 3 == 0) {
        write(i);
      } else if (i % 3 == 1) {
        Posix.close(pipes.get(i).ours());
      }
    }
    int[] ready = poll(Poller.READ);
    for (int i = 0; i < PIPES; i++) {
      assertEquals(i % 3 == 2 ? 0 : Poller.READ, ready[i], "pipe " + i);
      if (i % 3 != 1) {
        Posix.close(pipes.get(i).ours());
      }
    }
  }

  @Test
  void oneThatIsWokenReturnsOnceForManyCallsBeforeIt() throws Exception {
    for (int i = 0; i < 1_000; i++) {
      poller.wake();
    }
    assertEquals(0, poll(Poller.READ)[0]);
    CompletableFuture<Void> woken = new CompletableFuture<>();
    Thread waits =
        new Thread(
            () -> {
              try {
                poll(Poller.READ);
                woken.complete(null);
              } catch (Exception e) {
                woken.completeExceptionally(e);
              }
            });
    waits.start();
    assertThrows(
        java.util.concurrent.TimeoutException.class, () -> woken.get(50, TimeUnit.MILLISECONDS));
    poller.wake();
    woken.get(30, TimeUnit.SECONDS);
    for (Pipe pipe : pipes) {
      Posix.close(pipe.ours());
    }
  }

  @Test
  void nothingIsLostWhileThreadsWakeAndWait() throws Exception {
    int calls = 20_000;
    java.util.concurrent.atomic.AtomicInteger asked =
        new java.util.concurrent.atomic.AtomicInteger();
    Thread asks =
        new Thread(
            () -> {
              for (int i = 0; i < calls; i++) {
                asked.incrementAndGet();
                try {
                  poller.wake();
                } catch (PosixException e) {
                  throw new AssertionError(e);
                }
              }
            });
    asks.start();
    poller.clear();
    // It would wait for ever if a call got lost.
    while (asked.get() < calls) {
      poller.await();
    }
    asks.join();
    for (Pipe pipe : pipes) {
      Posix.close(pipe.ours());
    }
  }

  @Test
  void oneThatIsClosedIsNotWoken() throws Exception {
    poller.close();
    Pipe next = Pipe.fromOther();
    // The first descriptor of the pipe has the number that the poller had.
    poller.wake();
    assertEquals(Posix.WOULD_BLOCK, Posix.read(next.ours(), Posix.address(bytes), 1));
    Posix.close(next.ours());
    Posix.close(next.theirs());
    for (Pipe pipe : pipes) {
      Posix.close(pipe.ours());
    }
  }
}
