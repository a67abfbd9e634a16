package org.vertxipc.eventbus;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.internal.ContextInternal;
import io.vertx.core.internal.VertxInternal;
import io.vertx.core.spi.cluster.RegistrationInfo;
import java.util.List;

/** Tells whether a message to an address would find anybody. May be used on any thread. */
public final class Audience {
  private final VertxInternal vertx;
  private final String address;
  private final Consumers consumers;
  private final Elsewhere elsewhere;

  private Audience(VertxInternal vertx, String address) {
    this.vertx = vertx;
    this.address = address;
    this.consumers = LocalBus.of(vertx).consumers(address);
    this.elsewhere = Elsewhere.of(vertx);
  }

  /**
   * Returns the audience of an address.
   *
   * @param vertx in which messages are sent
   * @param address to which they are sent
   * @return a view that is always current
   * @throws IllegalStateException when the internals of the event bus can't be reached
   */
  public static Audience of(VertxInternal vertx, String address) {
    return new Audience(vertx, address);
  }

  /**
   * Returns whether this Vert.x has a consumer of the address, or knows a node that has one or
   * keeps what comes.
   *
   * @return false also when only other members of a cluster have one
   */
  public boolean isHere() {
    return consumers.isAnyOwn() || elsewhere.isHeard(address);
  }

  /**
   * Returns whether other members of a cluster may have a consumer.
   *
   * @return true in a clustered Vert.x
   */
  public boolean mayBeElsewhere() {
    return vertx.isClustered();
  }

  /**
   * Asks the cluster for consumers.
   *
   * @param context on which the answer is given
   * @return whether any member has one; fails when the cluster can't tell
   */
  public Future<Boolean> isInCluster(ContextInternal context) {
    Promise<List<RegistrationInfo>> found = context.promise();
    vertx.clusterManager().getRegistrations(address, found);
    return found.future().map(registrations -> !registrations.isEmpty());
  }
}
