package org.vertxipc.testing.mesh;

import io.vertx.core.AsyncResult;
import io.vertx.core.MultiMap;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.eventbus.Message;
import io.vertx.core.eventbus.ReplyException;
import io.vertx.core.eventbus.ReplyFailure;
import org.vertxipc.testing.mesh.LedgerEntry.Outcome;

/** What both ends of a request know about its reply. */
final class MeshReplies {
  private static final int NO_CODE = -1;

  private MeshReplies() {}

  /** Returns options with the headers of a message. */
  static DeliveryOptions options(MeshBody message) {
    MultiMap headers = message.headers();
    DeliveryOptions options = new DeliveryOptions();
    return headers == null ? options : options.setHeaders(headers);
  }

  /** Returns what became of a request; a reply is checked. */
  static Outcome outcome(long id, MeshBody.Part part, AsyncResult<Message<Object>> result) {
    if (result.succeeded()) {
      MeshBody.Flaw flaw = new MeshBody(id, part).flaw(result.result());
      return flaw == MeshBody.Flaw.NONE ? Outcome.REPLIED : Outcome.TORN;
    }
    String text = String.valueOf(result.cause().getMessage());
    ReplyFailure type =
        result.cause() instanceof ReplyException e ? e.failureType() : ReplyFailure.ERROR;
    return switch (type) {
      case TIMEOUT -> text.startsWith("Timed out after") ? Outcome.TIMED_OUT : Outcome.DISCARDED;
      case NO_HANDLERS -> Outcome.NO_HANDLERS;
      case RECIPIENT_FAILURE ->
          code(result) == failureCode(id) && text.equals(failureText(id))
              ? Outcome.FAILED_AS_ASKED
              : Outcome.FAILED;
      case ERROR -> Outcome.FAILED;
    };
  }

  /** Returns 0 for a success, otherwise the code of the failure, or -1 for one without a code. */
  static int code(AsyncResult<?> result) {
    if (result.succeeded()) {
      return 0;
    }
    return result.cause() instanceof ReplyException e ? e.failureCode() : NO_CODE;
  }

  /** Returns the text with which a consumer fails a request when it is told to. */
  static int failureCode(long id) {
    return (int) (MeshBody.mix(id) & 1023);
  }

  static String failureText(long id) {
    return "as asked, " + Long.toHexString(id);
  }
}
