package org.vertxipc.bridge;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.eventbus.ReplyException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.vertxipc.wire.SerializableBodies;

/** What is said of a message that does not arrive: to its sender, and in the log. */
class UndeliveredTest {
  private static final SerializableBodies BODIES = SerializableBodies.of(List.of());

  private final List<String> said = new ArrayList<>();
  private final List<Loss> reasons = new ArrayList<>();
  private final Losses losses =
      new Losses(
          System::nanoTime,
          (reason, line, cause) -> {
            reasons.add(reason);
            said.add(line);
          });
  private final Undelivered undelivered = new Undelivered(losses, BODIES);

  /** The ways in which a message is refused, with what its sender and the log are told. */
  @SuppressWarnings("ImmutableEnumChecker") // The functions have no state.
  private enum Refusal {
    GONE(Loss.NODE_GONE, Failures.NODE_GONE, u -> u.gone("a", "n", "has left")),
    ENCODING(Loss.CODEC, Failures.CODEC, u -> u.encoding("a", new IllegalStateException("odd"))),
    SILENT(Loss.CODEC, Failures.CODEC, u -> u.encoding("a", new IllegalStateException())),
    DECODING(Loss.CODEC, Failures.CODEC, u -> u.decoding("a", "n", new RuntimeException("odd"))),
    LARGE(Loss.TOO_LARGE, Failures.TOO_LARGE, u -> u.tooLarge("a", "n", 7, 5, "max")),
    FULL(Loss.QUEUE_FULL, Failures.QUEUE_FULL, u -> u.full("a", "n", "Too much waits")),
    HIDDEN(Loss.NOT_EXPORTED, Failures.NOT_EXPORTED, u -> u.notExported("h", "n", 3));

    private final Loss reason;
    private final int code;
    private final Function<Undelivered, ReplyException> refuse;

    Refusal(Loss reason, int code, Function<Undelivered, ReplyException> refuse) {
      this.reason = reason;
      this.code = code;
      this.refuse = refuse;
    }
  }

  @ParameterizedTest
  @EnumSource
  void theLogSaysWhatTheSenderIsTold(Refusal refusal) {
    ReplyException failure = refusal.refuse.apply(undelivered);
    assertEquals(refusal.code, failure.failureCode());
    assertEquals(List.of(refusal.reason), reasons);
    assertEquals(1, losses.count(refusal.reason));
    String told = failure.getMessage();
    assertFalse(told.isBlank());
    // In the log it is a part of a sentence.
    assertTrue(lower(said.get(0)).contains(lower(told)), said + " / " + told);
  }

  private static String lower(String text) {
    return text.toLowerCase(Locale.ROOT);
  }

  @Test
  void whatCanNotBeGivenToAnybodyIsSaid() {
    undelivered.lost(Loss.CODEC, "a", "n", "a reply without a request");
    assertTrue(said.get(0).contains("a reply without a request"), said.toString());
    assertEquals(BODIES, undelivered.serializable());
  }

  @ParameterizedTest
  @EnumSource
  void eachReasonHasATextAndAnAdvice(Loss reason) {
    assertFalse(reason.text().isBlank());
    assertFalse(reason.advice().isBlank());
    assertNotSame(reason.text(), reason.advice());
  }
}
