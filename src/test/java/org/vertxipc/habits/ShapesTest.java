package org.vertxipc.habits;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;
import org.vertxipc.testing.Await;

/**
 * Checks that messages are passed on, and never in a circle, however buses and gateways are joined.
 */
@ParameterizedClass
@EnumSource
class ShapesTest {
  private static final int PUBLISHES = 20;
  private static final int SENDS = 40;
  private static Mesh mesh;

  @Parameter Shape shape;
  private final List<Received> consumers = new ArrayList<>();

  @BeforeParameterizedClassInvocation
  static void start(Shape shape) throws Exception {
    mesh = Mesh.started("shm", shape.buses);
  }

  @AfterParameterizedClassInvocation
  static void stop() throws Exception {
    mesh.close();
  }

  @AfterEach
  void unregister() throws Exception {
    for (Received consumer : consumers) {
      Await.get(consumer.unregister());
    }
  }

  private Received consume(int node) throws Exception {
    Received consumer = mesh.consume(node);
    consumers.add(consumer);
    return consumer;
  }

  private List<Received> consumeEverywhere() throws Exception {
    for (int node = 0; node < mesh.size(); node++) {
      consume(node);
    }
    return consumers;
  }

  @Test
  void eachConsumerGetsAPublishOnceWhoeverMakesIt() throws Exception {
    List<Received> all = consumeEverywhere();
    for (int from = 0; from < mesh.size(); from++) {
      publishEachOnce(mesh, all, from);
    }
  }

  /** Tests this from a thread of the test, and from a loop. */
  static void publishEachOnce(Mesh mesh, List<Received> all, int from) throws Exception {
    all.forEach(Received::clear);
    for (int i = 0; i < PUBLISHES; i += 2) {
      mesh.events(from).publish(Mesh.X, i);
      int odd = i + 1;
      Await.get(mesh.onLoop(from, () -> mesh.events(from).publish(Mesh.X, odd)));
    }
    mesh.awaitExactly(PUBLISHES * all.size(), all, from);
    Map<Object, Long> once =
        IntStream.range(0, PUBLISHES)
            .boxed()
            .collect(Collectors.toMap(Function.identity(), i -> 1L));
    for (Received one : all) {
      assertEquals(once, one.times(), "at " + one + ", published by n" + from);
    }
  }

  @Test
  void eachSendGoesToOneConsumerWhoeverMakesIt() throws Exception {
    List<Received> all = consumeEverywhere();
    for (int from = 0; from < mesh.size(); from++) {
      sendEachOnce(all, from);
    }
  }

  private static void sendEachOnce(List<Received> all, int from) throws Exception {
    all.forEach(Received::clear);
    for (int i = 0; i < SENDS; i++) {
      mesh.events(from).send(Mesh.X, i);
    }
    String way = "of n" + from + " to " + all;
    assertEquals(Map.of(Outcomes.OK, SENDS), mesh.requests(from, SENDS).counts(), way);
    mesh.awaitExactly(2 * SENDS, all, from);
    Map<Object, Long> seen =
        all.stream()
            .flatMap(r -> r.bodies().stream())
            .collect(Collectors.groupingBy(b -> b, Collectors.counting()));
    assertEquals(2 * SENDS, seen.size(), way);
    assertEquals(2 * SENDS, Mesh.total(all), way);
  }

  /** Tests each pair of nodes in turn, so that all others must find the consumer. */
  @Test
  void theOnlyConsumerIsFoundBehindAnyNumberOfGateways() throws Exception {
    for (int at = 0; at < mesh.size(); at++) {
      Received only = consume(at);
      for (int from = 0; from < mesh.size(); from++) {
        sendEachOnce(List.of(only), from);
      }
      Await.get(only.unregister());
    }
  }

  @Test
  void aRequestThatNobodyTakesAnywhereFailsAtOnce() throws Exception {
    for (int from = 0; from < mesh.size(); from++) {
      Outcomes outcomes = mesh.requests(from, SENDS);
      assertEquals(Map.of("NO_HANDLERS", SENDS), outcomes.counts(), "of n" + from);
    }
  }
}
