package org.vertxipc.cluster;

import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.internal.VertxInternal;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.vertxipc.bus.BusConfig;
import org.vertxipc.machine.Command;
import org.vertxipc.machine.CounterCommand;
import org.vertxipc.options.BusOptions;
import org.vertxipc.testing.Await;

/** A node of a cluster in this JVM, and what it was told. */
final class Hood implements ClusterListener {
  final ClusterNode node;
  final String name;
  final List<String> told = Collections.synchronizedList(new ArrayList<>());
  volatile Throwable broken;
  volatile Runnable onEvent = () -> {};

  Hood(Vertx vertx, String name) {
    this.name = name;
    this.node = new ClusterNode(name, ((VertxInternal) vertx).createEventLoopContext(), this);
  }

  static BusConfig config(Path directory) {
    return new BusConfig(new BusOptions().setName("c").setDirectory(directory.toString()), null);
  }

  static Hood join(Vertx vertx, String name, Path directory, int room) throws IOException {
    Hood hood = new Hood(vertx, name);
    hood.node.join(config(directory), room);
    return hood;
  }

  <R> R await(Command<R> command) throws Exception {
    Promise<R> done = Promise.promise();
    node.submit(command, done);
    return Await.get(done.future());
  }

  long add(String counter) throws Exception {
    return await(new CounterCommand.Add(counter, 1));
  }

  long get(String counter) {
    return node.read(machine -> machine.counters().get(counter));
  }

  private void tell(String what) {
    told.add(what);
    onEvent.run();
  }

  @Override
  public void joined(String other, List<String> members) {
    tell("joined " + other + " " + members);
  }

  @Override
  public void left(String other, List<String> members) {
    tell("left " + other + " " + members);
  }

  @Override
  public void registrationsChanged(String address) {
    tell("changed " + address);
  }

  @Override
  public void granted(String lock, long ticket) {
    tell("granted " + lock + " " + ticket);
  }

  @Override
  public void broken(Throwable cause) {
    broken = cause;
  }
}
