package org.vertxipc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.ReplyException;
import io.vertx.core.internal.VertxInternal;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.vertxipc.testing.Await;

/** Tests waiting for exports, without a bus. */
class ExportWaitsTest {
  private final Vertx vertx = Vertx.vertx();
  private final Set<String> exported = ConcurrentHashMap.newKeySet();
  private final AtomicInteger looks = new AtomicInteger();
  private final ExportWaits waits =
      new ExportWaits(
          (VertxInternal) vertx,
          () -> {
            looks.incrementAndGet();
            return Future.succeededFuture(exported);
          });

  @AfterEach
  void close() throws Exception {
    Await.get(vertx.close());
  }

  @Test
  void doneWhenItIsExportedAlready() throws Exception {
    exported.add("x");
    Await.get(waits.add("x"));
    Await.get(waits.add("x", 1, TimeUnit.HOURS));
    assertEquals(0, waits.size());
  }

  @Test
  void doneWhenItIsAnnouncedAndForgottenThen() throws Exception {
    List<Future<Void>> all = new ArrayList<>();
    for (int i = 0; i < 10; i++) {
      all.add(waits.add("x"));
      all.add(waits.add("x", 1, TimeUnit.HOURS));
    }
    Future<Void> other = waits.add("y");
    assertEquals(2, looks.get());
    waits.announced(List.of("z", "x"));
    Await.get(Future.all(all));
    assertFalse(other.isComplete());
    assertEquals(1, waits.size());
    // An export may come, go, and be waited for again.
    Future<Void> again = waits.add("x");
    assertFalse(again.isComplete());
    waits.announced(List.of("x"));
    Await.get(again);
  }

  @Test
  void aHundredThousandThatTimeOutLeaveNothing() throws Exception {
    List<Future<Void>> some = new ArrayList<>();
    for (int i = 0; i < 100_000; i++) {
      Future<Void> wait = waits.add(i % 2 == 0 ? "never" : "never" + i, 1, TimeUnit.MILLISECONDS);
      if (i % 10_000 == 0) {
        some.add(wait);
      }
    }
    for (Future<Void> wait : some) {
      Await.settled(wait);
      Throwable e = wait.cause();
      assertEquals(TimeoutException.class, e.getClass());
      assertTrue(e.getMessage().startsWith("No node exports 'never"), e.getMessage());
    }
    Await.until("nothing is left", () -> waits.size() == 0);
  }

  @Test
  void aHundredThousandThatNobodyCanHearOfAreBounded() throws Exception {
    Future<Void> oldest = waits.add("never");
    Future<Void> other = waits.add("other");
    Future<Void> timed = waits.add("never", 1, TimeUnit.HOURS);
    for (int i = 0; i < 100_000; i++) {
      waits.add("never").map(v -> 1).timeout(1, TimeUnit.HOURS);
    }
    assertEquals(ExportWaits.MAX_OF_AN_ADDRESS + 2, waits.size());
    String e = Await.failure(oldest).getMessage();
    assertTrue(e.contains("This one was for 'never'"), e);
    // Only the waits of that address fail.
    assertFalse(other.isComplete());
    assertFalse(timed.isComplete());
    for (int i = 0; i < 100_000; i++) {
      waits.add("never" + i);
    }
    assertEquals(ExportWaits.MAX + 1, waits.size());
    assertTrue(Await.failure(other).getMessage().contains("This one was for 'other'"));
    assertFalse(timed.isComplete());
    assertEquals(3 + 100_000 - 1, looks.get());
  }

  @Test
  void closingFailsAllAndThoseThatComeLater() throws Exception {
    List<Future<Void>> all =
        List.of(waits.add("x"), waits.add("y"), waits.add("x", 1, TimeUnit.HOURS));
    waits.close();
    assertEquals(0, waits.size());
    for (Future<Void> wait : all) {
      assertEquals(IpcBridge.CLOSED, ((ReplyException) Await.failure(wait)).failureCode());
    }
    ReplyException e = (ReplyException) Await.failure(waits.add("x"));
    assertEquals(IpcBridge.CLOSED, e.failureCode());
    assertEquals(0, waits.size());
  }

  @Test
  void waitsOfAnUndeployedVerticleAreForgotten() throws Exception {
    String id =
        Await.get(
            vertx.deployVerticle(
                context -> {
                  waits.add("x");
                  waits.add("x", 1, TimeUnit.HOURS);
                  return Future.succeededFuture();
                }));
    assertEquals(2, waits.size());
    Await.get(vertx.undeploy(id));
    assertEquals(0, waits.size());
  }
}
