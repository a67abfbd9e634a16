package org.vertxipc.reactor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;

import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class DispatcherTest {
  private record Done(Object result, Throwable failure) {}

  private static Done done(Callable<?> task) throws Exception {
    CompletableFuture<Done> done = new CompletableFuture<>();
    Dispatcher dispatcher = new Dispatcher.OfLoop(Runnable::run, Runnable::run);
    dispatcher.blocking(task, (result, e) -> done.complete(new Done(result, e)));
    return done.get(20, TimeUnit.SECONDS);
  }

  @Test
  void theResultOfATaskIsHeardOf() throws Exception {
    Done done = done(() -> "result");
    assertEquals("result", done.result);
    assertNull(done.failure);
  }

  static Stream<Throwable> failures() {
    return Stream.of(
        new Exception("checked"), new IllegalStateException("not"), new LinkageError("an error"));
  }

  /** An error, too, because somebody waits: a server that is bound, say. */
  @ParameterizedTest
  @MethodSource("failures")
  void whatATaskThrowsIsHeardOf(Throwable failure) throws Exception {
    Done done =
        done(
            () -> {
              if (failure instanceof Error error) {
                throw error;
              }
              throw (Exception) failure;
            });
    assertNull(done.result);
    assertSame(failure, done.failure);
  }
}
