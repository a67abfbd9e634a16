package org.vertxipc.cli;

import io.vertx.core.DeploymentOptions;
import io.vertx.core.Vertx;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.File;
import java.io.IOException;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
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
    JsonObject config = read(conf);
    Vertx vertx = Cli.vertx();
    CountDownLatch closed = new CountDownLatch(1);
    try {
      IpcBridgeVerticle bridge = new IpcBridgeVerticle();
      IpcBridgeOptions options = new IpcBridgeOptions(config);
      List<String> exports = options.getBus().getExports();
      if (verticle != null && !exports.isEmpty()) {
        // The verticle may use the bus as it starts, but peers must not use the verticle before it
        // has started.
        config.getJsonObject("bus").put("exports", new JsonArray());
      }
      Cli.await(vertx.deployVerticle(bridge, new DeploymentOptions().setConfig(config)));
      if (verticle != null) {
        Cli.await(vertx.deployVerticle("java:" + verticle, options()));
        for (String address : exports) {
          Cli.await(bridge.bridge().export(address));
        }
      }
      Runtime.getRuntime().addShutdownHook(new Thread(() -> close(vertx, closed)));
      System.err.println(report(options, bridge.bridge().node()));
    } catch (Exception e) {
      Cli.await(vertx.close());
      throw e;
    }
    closed.await();
    return 0;
  }

  private static String report(IpcBridgeOptions options, String node) {
    List<String> parts = new ArrayList<>();
    if (options.getBus().getName() != null) {
      parts.add("Node " + node + " is on the bus " + options.getBus().getName());
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
    try {
      return new JsonObject(Files.readString(conf));
    } catch (NoSuchFileException e) {
      throw new IOException("There is no file " + conf, e);
    } catch (AccessDeniedException e) {
      throw new IOException(conf + " can't be read: permission denied", e);
    } catch (IOException e) {
      throw new IOException(conf + " can't be read: " + e.getMessage(), e);
    } catch (DecodeException e) {
      throw new IOException(conf + " is not JSON: " + e.getMessage(), e);
    }
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
