package org.vertxipc.reactor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.internal.ContextInternal;
import io.vertx.core.internal.VertxInternal;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LoopContextTest {
  private final Vertx vertx = Vertx.vertx();
  private final ContextInternal context = ((VertxInternal) vertx).createEventLoopContext();

  @AfterEach
  void close() throws Exception {
    get(vertx.close());
  }

  private static <T> T get(Future<T> future) throws Exception {
    return future.toCompletionStage().toCompletableFuture().get(60, TimeUnit.SECONDS);
  }

  private static Throwable failure(Future<?> future) throws Exception {
    return get(future.map(done -> (Throwable) null).otherwise(e -> e));
  }

  /** Tests an error, too, because the caller must not wait for ever. */
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void whatTheTaskThrowsFailsTheFuture(boolean error) throws Exception {
    IllegalStateException exception = new IllegalStateException("thrown");
    AssertionError assertion = new AssertionError("thrown");
    Supplier<Future<Void>> task =
        () -> {
          if (error) {
            throw assertion;
          }
          throw exception;
        };
    assertSame(error ? assertion : exception, failure(LoopContext.call(context, task)));
  }

  @Test
  void aTaskThatReturnsNullFailsTheFuture() throws Exception {
    Throwable e = failure(LoopContext.call(context, () -> null));
    assertInstanceOf(NullPointerException.class, e);
    assertEquals("The task has returned no future", e.getMessage());
  }

  @Test
  void aFailureOfTheTaskIsPassedOn() throws Exception {
    Exception e = new Exception("failed");
    assertSame(e, failure(LoopContext.call(context, () -> Future.failedFuture(e))));
  }

  @Test
  void aContextThatHasEndedFailsTheFuture() throws Exception {
    get(vertx.close());
    Throwable e = failure(LoopContext.call(context, () -> Future.succeededFuture()));
    assertInstanceOf(RejectedExecutionException.class, e);
  }

  @Test
  void fromThatContextTheTaskRunsAfterTheCallerHasReturned() throws Exception {
    CompletableFuture<Boolean> ranWithin = new CompletableFuture<>();
    CompletableFuture<Context> told = new CompletableFuture<>();
    context.runOnContext(
        v -> {
          AtomicBoolean ran = new AtomicBoolean();
          Future<Void> done =
              LoopContext.call(
                  context,
                  () -> {
                    ran.set(true);
                    return Future.succeededFuture();
                  });
          ranWithin.complete(ran.get());
          done.onComplete(r -> told.complete(Vertx.currentContext()));
        });
    assertFalse(ranWithin.get(60, TimeUnit.SECONDS));
    assertSame(context, told.get(60, TimeUnit.SECONDS));
  }

  @Test
  void fromAnotherContextTheTaskRunsThereAndItsEndIsToldHere() throws Exception {
    ContextInternal other = ((VertxInternal) vertx).createEventLoopContext();
    CompletableFuture<Context> told = new CompletableFuture<>();
    other.runOnContext(
        v ->
            LoopContext.<Context>call(context, () -> Future.succeededFuture(Vertx.currentContext()))
                .onComplete(
                    r -> {
                      assertTrue(r.result() == context, "the task runs on the context");
                      told.complete(Vertx.currentContext());
                    }));
    assertSame(other, told.get(60, TimeUnit.SECONDS));
  }
}
