package org.vertxipc.cli;

import io.vertx.core.DeploymentOptions;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.io.File;
import java.io.IOException;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import org.vertxipc.IpcBridge;
import org.vertxipc.IpcBridgeVerticle;
import org.vertxipc.options.IpcBridgeOptions;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "run",
    mixinStandardHelpOptions = true,
    description = "Run a Vert.x with the bridge, and a verticle if one is given, until Ctrl-C.")
final class RunCommand implements Callable<Integer> {
  @Parameters(paramLabel = "CONF.json", description = "Configuration of the bridge.")
  Path conf;

  @Option(names = "--verticle", paramLabel = "CLASS", description = "A verticle to deploy, too.")
  String verticle;

  @Option(
      names = "--classpath",
      paramLabel = "PATH",
      description =
          "Class path of the verticle: jars and directories, separated as in the JVM's own.")
  String classpath;

  @Override
  public Integer call() throws Exception {
    IpcBridgeOptions options = new IpcBridgeOptions(read(conf)).nameLinks();
    Vertx vertx = Cli.vertx();
    CountDownLatch closed = new CountDownLatch(1);
    try {
      IpcBridge bridge = verticle == null ? deploy(vertx, options) : deployAll(vertx, options);
      Runtime.getRuntime().addShutdownHook(new Thread(() -> close(vertx, closed)));
      System.err.println(report(options, bridge));
    } catch (Exception e) {
      Cli.await(vertx.close());
      throw e;
    }
    closed.await();
    return 0;
  }

  private static IpcBridge deploy(Vertx vertx, IpcBridgeOptions options) throws Exception {
    IpcBridgeVerticle bridge = new IpcBridgeVerticle();
    Cli.await(vertx.deployVerticle(bridge, new DeploymentOptions().setConfig(options.toJson())));
    return bridge.bridge();
  }

  /**
   * Deploys the verticle between what it may use as it starts, the bus and the links to which it
   * may send, and what uses the verticle: peers, and links that only receive. Returns the bridge on
   * the bus, null when there is none.
   */
  private IpcBridge deployAll(Vertx vertx, IpcBridgeOptions options) throws Exception {
    IpcBridgeOptions first = new IpcBridgeOptions(options);
    first.getLinks().removeIf(link -> link.getSend() == null);
    IpcBridgeOptions last = new IpcBridgeOptions().setLinks(new ArrayList<>(options.getLinks()));
    last.getLinks().removeIf(link -> link.getSend() != null);
    first.getBus().setExports(List.of());
    IpcBridge bridge = null;
    if (options.hasBus() || !first.getLinks().isEmpty()) {
      bridge = deploy(vertx, first);
    }
    Cli.await(vertx.deployVerticle("java:" + verticle, options()));
    for (String address : options.getBus().getExports()) {
      Cli.await(bridge.export(address));
    }
    if (!last.getLinks().isEmpty()) {
      deploy(vertx, last);
    }
    return bridge;
  }

  private static String report(IpcBridgeOptions options, IpcBridge bridge) {
    List<String> parts = new ArrayList<>();
    if (options.getBus().getName() != null) {
      parts.add("Node " + bridge.node() + " is on the bus " + options.getBus().getName());
    }
    if (!options.getLinks().isEmpty()) {
      parts.add("Links: " + options.getLinks().size());
    }
    parts.add("Ctrl-C ends it");
    return String.join("; ", parts);
  }

  private DeploymentOptions options() throws MalformedURLException {
    DeploymentOptions options = new DeploymentOptions();
    if (classpath != null) {
      List<URL> urls = new ArrayList<>();
      for (String entry : classpath.split(File.pathSeparator, -1)) {
        urls.add(new File(entry).toURI().toURL());
      }
      // It lives as long as the process.
      @SuppressWarnings("resource")
      URLClassLoader loader =
          new URLClassLoader(urls.toArray(new URL[0]), RunCommand.class.getClassLoader());
      options.setClassLoader(loader);
    }
    return options;
  }

  private static JsonObject read(Path conf) throws IOException {
    if (JsonInput.read(conf) instanceof JsonObject config) {
      return config;
    }
    throw new IOException(conf + " is JSON, but not an object");
  }

  private static void close(Vertx vertx, CountDownLatch closed) {
    try {
      Cli.await(vertx.close());
    } catch (Exception e) {
      System.err.println("vertx-ipc-cli: " + Cli.explain(e));
    } finally {
      closed.countDown();
    }
  }
}
