package org.vertxipc.cli;

import java.util.Iterator;
import org.vertxipc.options.BusOptions;

/** The transports, for the usage text. */
final class TransportNames implements Iterable<String> {
  @Override
  public Iterator<String> iterator() {
    return BusOptions.TRANSPORTS.iterator();
  }
}
