package org.vertxipc.tck;

/** Over {@code fifo}. */
public class FifoEventBusTest extends BridgedEventBusTest {
  public FifoEventBusTest() {
    super("fifo");
  }
}
