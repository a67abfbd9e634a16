/** The Vert.x event bus between processes of one host, without sockets. */
module org.vertxipc {
  requires transitive io.vertx.core;
  requires io.vertx.core.logging;
  requires io.vertx.jsonschema;
  requires static io.vertx.codegen.api;
  requires io.netty.buffer;
  requires io.netty.common;
  requires io.netty.transport;
  requires io.netty.transport.unix.common;
  requires io.netty.transport.classes.epoll;
  requires org.jnrproject.ffi;
  requires org.jnrproject.jffi;
  requires org.jnrproject.posix;
  requires org.jnrproject.constants;
  requires org.jnrproject.enxio;
  // The command-line tool only.
  requires static info.picocli;
  requires static HdrHistogram;

  exports org.vertxipc;

  // jnr-ffi implements this interface at run time, picocli fills in the commands' fields.
  opens org.vertxipc.posix to
      org.jnrproject.ffi;
  opens org.vertxipc.cli to
      info.picocli;
}
