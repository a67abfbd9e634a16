package org.vertxipc.bench;

import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The processes of one contender: a client, and none, one or more servers. */
final class Pair implements AutoCloseable {
  private final String name;
  private final List<Child> servers = new ArrayList<>();
  private final Child client;

  /**
   * Starts the processes, and leaves them stopped.
   *
   * @param actor {@code bus} or {@code bytes}
   * @param name of the contender
   * @param servers how many
   * @param parent where its directory is made
   * @param pinned whether client and server each keep to one core
   */
  Pair(String actor, String name, int servers, Path parent, boolean pinned)
      throws IOException, InterruptedException {
    this.name = name;
    Path directory = Files.createDirectories(parent.resolve(name + "-" + servers));
    JsonObject config =
        new JsonObject()
            .put("actor", actor)
            .put("contender", name)
            .put("servers", servers)
            .put("directory", directory.toString());
    // The JVMs start at the same time.
    for (int i = 0; i < servers; i++) {
      this.servers.add(Child.spawn(pinned ? 1 : -1));
    }
    this.client = Child.spawn(pinned ? 0 : -1);
    // The client of several servers would be content with the first.
    boolean inAnyOrder = servers == 1 && Plan.meetInAnyOrder(name);
    JsonObject asClient = config.copy().put("role", "client");
    if (inAnyOrder) {
      client.become(asClient);
    }
    for (int i = 0; i < servers; i++) {
      this.servers.get(i).become(config.copy().put("role", "server").put("index", i));
      this.servers.get(i).answer();
    }
    if (!inAnyOrder) {
      client.become(asClient);
    }
    client.answer();
    setRunning(false);
  }

  String name() {
    return name;
  }

  void setRunning(boolean running) throws IOException, InterruptedException {
    for (Child server : servers) {
      server.setRunning(running);
    }
    client.setRunning(running);
  }

  /** Measures one thing: the figures of the client, and what it cost the processes. */
  JsonObject run(JsonObject command) throws IOException {
    long wall = System.nanoTime();
    List<JsonObject> before = new ArrayList<>();
    for (Child server : servers) {
      before.add(server.resources());
    }
    JsonObject figures = client.call(command);
    long cpu = figures.getLong("cpuNanos");
    long allocated = figures.getLong("allocated");
    for (int i = 0; i < servers.size(); i++) {
      JsonObject after = servers.get(i).resources();
      cpu += after.getLong("cpu") - before.get(i).getLong("cpu");
      allocated += after.getLong("allocated") - before.get(i).getLong("allocated");
    }
    figures.remove("resources");
    figures.remove("cpuNanos");
    figures.remove("allocated");
    long messages = figures.getLong("messages");
    return figures
        .put("cpuNanosPerMessage", (double) cpu / messages)
        .put("allocatedPerMessage", (double) allocated / messages)
        .put("cores", (double) cpu / (System.nanoTime() - wall));
  }

  Child client() {
    return client;
  }

  List<Child> servers() {
    return servers;
  }

  @Override
  public void close() throws InterruptedException {
    client.close();
    for (Child server : servers) {
      server.close();
    }
  }
}
