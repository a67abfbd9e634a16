package org.vertxipc.eventbus;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The windows of all origins. When there are too many, those that have been silent for the longest
 * are forgotten, because a peer may invent as many origins as it likes. May be used on any thread.
 */
public final class PublishWindows {
  private static final int MOST = 4096;

  private final Map<Long, PublishWindow> windows =
      new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Long, PublishWindow> eldest) {
          return size() > MOST;
        }
      };

  /** Creates windows of no origin yet. */
  public PublishWindows() {}

  /**
   * Returns the window of an origin.
   *
   * @param origin incarnation of a Vert.x
   * @return the window
   */
  public synchronized PublishWindow of(long origin) {
    return windows.computeIfAbsent(origin, o -> new PublishWindow());
  }
}
