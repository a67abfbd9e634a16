package org.vertxipc.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.internal.ContextInternal;
import io.vertx.core.internal.VertxInternal;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.vertxipc.testing.Await;

/** Tasks that end before, and after, whoever has started them knows them. */
class OpeningsTest {
  private final VertxInternal vertx = (VertxInternal) Vertx.vertx();
  private final ContextInternal context = vertx.createEventLoopContext();
  private final Openings<Integer> openings = new Openings<>(context);

  @AfterEach
  void close() throws Exception {
    Await.get(vertx.close());
  }

  private void onContext(Runnable test) throws Exception {
    Promise<Void> done = Promise.promise();
    context.runOnContext(
        v -> {
          try {
            test.run();
            done.complete();
          } catch (RuntimeException | Error e) {
            done.fail(e);
          }
        });
    Await.get(done.future());
  }

  @Test
  void whatEndsAtOnceIsNotRunning() throws Exception {
    onContext(
        () -> {
          for (Future<Integer> ended :
              List.of(context.succeededFuture(7), context.<Integer>failedFuture("no"))) {
            for (int i = 0; i < 2; i++) {
              Future<Integer> got = openings.run("a", () -> ended);
              assertTrue(got.isComplete());
              assertEquals(ended.result(), got.result());
              assertEquals(ended.cause(), got.cause());
              assertFalse(openings.isRunning("a"));
              assertEquals(0, openings.all().size());
            }
          }
        });
  }

  @Test
  void oneRunsAtATime() throws Exception {
    Promise<Integer> first = context.promise();
    onContext(
        () -> {
          Future<Integer> got = openings.run("a", first::future);
          assertTrue(openings.isRunning("a"));
          assertSame(
              got,
              openings.run(
                  "a",
                  () -> {
                    throw new AssertionError("one runs already");
                  }));
          assertFalse(openings.isRunning("b"));
          first.complete(1);
          assertEquals(1, got.result());
          assertFalse(openings.isRunning("a"));
        });
  }

  @Test
  void theEndOfOneThatWasReplacedEndsNoOther() throws Exception {
    Promise<Integer> first = context.promise();
    Promise<Integer> second = context.promise();
    onContext(
        () -> {
          Future<Integer> before = openings.run("a", first::future);
          Future<Integer> after = openings.start("a", second::future);
          first.complete(1);
          assertEquals(1, before.result());
          assertTrue(openings.isRunning("a"));
          assertSame(after, openings.run("a", first::future));
          second.fail("no");
          assertTrue(after.failed());
          assertFalse(openings.isRunning("a"));
        });
  }
}
