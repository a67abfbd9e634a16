package org.vertxipc;

import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import org.vertxipc.options.IpcBridgeOptions;

/**
 * A bridge as a verticle, configured by JSON (see {@link IpcBridgeOptions}):
 *
 * <pre>{@code
 * vertx.deployVerticle(new IpcBridgeVerticle(), new DeploymentOptions().setConfig(json));
 * }</pre>
 *
 * <p>Deployment succeeds when the bridge is on the bus, and fails when the configuration is wrong.
 * Undeployment leaves the bus.
 */
public class IpcBridgeVerticle extends VerticleBase {
  private IpcBridge bridge;

  /** Creates a verticle; its configuration comes with the deployment. */
  public IpcBridgeVerticle() {}

  @Override
  public Future<?> start() {
    bridge = IpcBridge.create(vertx, new IpcBridgeOptions(config()));
    return bridge.start();
  }

  @Override
  public Future<?> stop() {
    return bridge == null ? Future.succeededFuture() : bridge.close();
  }

  /**
   * Returns the bridge, for exports at run time and for statistics.
   *
   * @return null before the verticle is started
   */
  public IpcBridge bridge() {
    return bridge;
  }
}
