package org.vertxipc.tck;

/** Over {@code shm}. */
public class ShmEventBusTest extends BridgedEventBusTest {
  public ShmEventBusTest() {
    super("shm");
  }
}
