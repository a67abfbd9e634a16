package org.vertxipc.cluster;

import io.vertx.core.Vertx;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.io.TempDir;
import org.vertxipc.testing.Await;

/** Some nodes of a cluster in this JVM. */
abstract class NodesFixture {
  static final int ROOM = 1 << 16;

  @TempDir Path parent;
  final Vertx vertx = Vertx.vertx();
  final List<Hood> nodes = Collections.synchronizedList(new ArrayList<>());

  Path buses() {
    return parent.resolve("buses");
  }

  Path directory() {
    return buses().resolve("c").resolve(".cluster");
  }

  Hood join(String name, int room) throws IOException {
    Hood hood = Hood.join(vertx, name, buses(), room);
    nodes.add(hood);
    return hood;
  }

  Hood join(String name) throws IOException {
    return join(name, ROOM);
  }

  @AfterEach
  void leaveAll() throws Exception {
    nodes.forEach(each -> each.node.leave());
    Await.get(vertx.close());
  }
}
