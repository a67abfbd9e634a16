package org.vertxipc.bench;

import io.aeron.Aeron;
import io.aeron.ExclusivePublication;
import io.aeron.Publication;
import io.aeron.Subscription;
import io.aeron.driver.MediaDriver;
import io.aeron.driver.ThreadingMode;
import io.aeron.logbuffer.FragmentHandler;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.agrona.concurrent.UnsafeBuffer;

/** Aeron IPC, with the media driver embedded in the writing process. */
final class AeronLink implements ByteLink {
  private static final int POLL_FRAGMENTS = 256;
  private static final String CHANNEL = "aeron:ipc";
  // Processes that are stopped while others are measured must not be taken for dead.
  private static final long STOPPED = TimeUnit.HOURS.toNanos(1);

  private final ExclusivePublication publication;
  private final Subscription subscription;
  private final UnsafeBuffer message = new UnsafeBuffer(new byte[BYTES]);

  AeronLink(Aeron aeron, int stream, boolean produces) {
    this.publication = produces ? aeron.addExclusivePublication(CHANNEL, stream) : null;
    this.subscription = produces ? null : aeron.addSubscription(CHANNEL, stream);
  }

  static Aeron connect(Path directory, boolean withDriver) {
    String name = directory.resolve("aeron").toString();
    if (withDriver) {
      MediaDriver.launchEmbedded(
          new MediaDriver.Context()
              .aeronDirectoryName(name)
              .dirDeleteOnStart(true)
              .dirDeleteOnShutdown(true)
              .clientLivenessTimeoutNs(STOPPED)
              .imageLivenessTimeoutNs(STOPPED)
              .publicationConnectionTimeoutNs(STOPPED)
              .publicationUnblockTimeoutNs(2 * STOPPED)
              .driverTimeoutMs(TimeUnit.NANOSECONDS.toMillis(STOPPED))
              .threadingMode(ThreadingMode.SHARED));
    }
    return Aeron.connect(
        new Aeron.Context()
            .aeronDirectoryName(name)
            .driverTimeoutMs(TimeUnit.NANOSECONDS.toMillis(STOPPED)));
  }

  @Override
  public boolean write(long tag) {
    message.putLong(0, tag);
    long position = publication.offer(message, 0, BYTES);
    if (position == Publication.CLOSED) {
      throw new IllegalStateException("Aeron has closed the publication");
    }
    return position > 0;
  }

  @Override
  public void flush() {
    // Each message is published when it is written.
  }

  @Override
  public int poll(TagHandler handler) {
    FragmentHandler reader =
        (buffer, offset, length, header) -> handler.onTag(buffer.getLong(offset));
    return subscription.poll(reader, POLL_FRAGMENTS);
  }
}
