package org.vertxipc.tck;

/** Over {@code mapped}. */
public class MappedEventBusTest extends BridgedEventBusTest {
  public MappedEventBusTest() {
    super("mapped");
  }
}
