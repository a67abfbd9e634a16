/** The Vert.x event bus between processes of one host, without sockets. */
module org.vertxipc {
  requires transitive io.vertx.core;
  requires io.vertx.core.logging;
  requires io.vertx.jsonschema;
  requires static io.vertx.codegen.api;
  requires static io.vertx.codegen.json;
  // Only an application that uses them has these.
  requires static micrometer.core;
  requires static transitive io.vertx.healthcheck;
  requires io.netty.buffer;
  requires io.netty.common;
  requires io.netty.transport;
  requires io.netty.transport.unix.common;
  requires io.netty.transport.classes.epoll;
  requires org.jnrproject.jffi;
  requires org.jnrproject.posix;
  requires org.jnrproject.constants;
  // jnr-ffi, which jnr-posix calls, needs these and, having no descriptor of its own, can't say so.
  requires org.objectweb.asm;
  requires org.objectweb.asm.commons;
  requires org.objectweb.asm.tree;
  requires org.objectweb.asm.tree.analysis;
  requires org.objectweb.asm.util;
  requires java.logging;
  requires jdk.jfr;

  uses io.vertx.core.spi.VertxServiceProvider;

  provides io.vertx.core.spi.VertxServiceProvider with
      org.vertxipc.IpcTransportProvider;

  exports org.vertxipc;
  exports org.vertxipc.options;
}
