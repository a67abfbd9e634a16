package org.vertxipc.testing.mesh;

import io.vertx.core.Future;
import io.vertx.core.eventbus.Message;
import org.vertxipc.testing.mesh.LedgerEntry.Kind;
import org.vertxipc.testing.mesh.LedgerEntry.Outcome;

/** Takes messages, records that it has them, and does what they ask for. */
final class MeshConsumer {
  private static final String REDELIVERED = "ipc-redelivered";
  private static final int TOO_LATE_MILLIS = 150;

  private final MeshSelf self;
  private final MeshPlan.Address address;
  private final int number;

  MeshConsumer(MeshSelf self, MeshPlan.Address address, int number) {
    this.self = self;
    this.address = address;
    this.number = number;
  }

  int number() {
    return number;
  }

  void handle(Message<Object> message) {
    long id = MeshBody.idOf(message);
    MeshBody.Flaw flaw =
        id == 0
            ? MeshBody.Flaw.NAMELESS
            : MessageId.of(id).address() != address.number()
                ? MeshBody.Flaw.ADDRESS
                : new MeshBody(id, MeshBody.Part.MESSAGE).flaw(message);
    if (flaw != MeshBody.Flaw.NONE) {
      self.ledger().add(Kind.TORN, flaw, number, id);
      self.complain(flaw + " at " + address.name(), id, message);
    }
    if (id == 0) {
      return;
    }
    int marked = message.headers().contains(REDELIVERED) ? 1 : 0;
    self.ledger().add(Kind.RECEIVED, marked, number, id);
    switch (MessageId.of(id).act()) {
      case REPLY -> reply(id, message);
      case FAIL -> {
        self.ledger().add(Kind.REPLIED, 0, number, id);
        message.fail(MeshReplies.failureCode(id), MeshReplies.failureText(id));
      }
      case ASK -> ask(id, message);
      case LATE -> {
        int timeout = MessageId.timeoutMillis(id, address.role());
        self.vertx().setTimer(timeout + TOO_LATE_MILLIS, timer -> reply(id, message));
      }
      case NOTHING, SILENT -> {
        // The message asks for no more than to be received.
      }
    }
  }

  private void reply(long id, Message<Object> message) {
    MeshBody reply = new MeshBody(id, MeshBody.Part.REPLY);
    Object body = reply.body();
    self.ledger().add(Kind.REPLIED, 0, number, id);
    message.reply(body, MeshReplies.options(reply));
    MeshBody.spoil(body);
  }

  private void ask(long id, Message<Object> message) {
    MeshBody reply = new MeshBody(id, MeshBody.Part.REPLY);
    Object body = reply.body();
    int timeout = MessageId.timeoutMillis(id, address.role());
    self.ledger().add(Kind.REPLIED, 0, number, id);
    self.ledger().add(Kind.ASKED, 0, timeout, id);
    self.ledger().waiting(1);
    Future<Message<Object>> answered;
    try {
      answered = message.replyAndRequest(body, MeshReplies.options(reply).setSendTimeout(timeout));
    } catch (RuntimeException e) {
      self.ledger().waiting(-1);
      throw e;
    }
    answered.onComplete(
        result -> {
          Outcome outcome = MeshReplies.outcome(id, MeshBody.Part.ANSWER, result);
          if (outcome == Outcome.TORN) {
            self.complain("torn answer", id, result.result());
          }
          self.ledger().add(Kind.ANSWERED, outcome, MeshReplies.code(result), id);
          self.ledger().waiting(-1);
        });
    MeshBody.spoil(body);
  }
}
