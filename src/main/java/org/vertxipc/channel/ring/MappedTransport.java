package org.vertxipc.channel.ring;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.vertxipc.channel.Bell;
import org.vertxipc.channel.Cleanup;
import org.vertxipc.channel.DurableInbound;
import org.vertxipc.channel.Fifo;
import org.vertxipc.channel.InboundChannel;
import org.vertxipc.channel.InboundHandler;
import org.vertxipc.channel.OutboundChannel;
import org.vertxipc.channel.OutboundHandler;
import org.vertxipc.channel.RecordWriter;
import org.vertxipc.channel.SmallFile;
import org.vertxipc.channel.Transport;
import org.vertxipc.posix.Access;
import org.vertxipc.posix.Posix;
import org.vertxipc.posix.PosixException;
import org.vertxipc.reactor.Reactor;

/**
 * A ring each way in an ordinary file that outlives both nodes, with a FIFO as doorbell and
 * life-line while both live. The files are those of the nodes' names, in a directory of the store:
 * {@code READER/WRITER.store}.
 */
public final class MappedTransport implements Transport {
  /** Its name in the configuration. */
  public static final String NAME = "mapped";

  /** Its number on the wire. */
  public static final int ID = 6;

  private static final String BELL = ".bell";
  private static final String STORE = ".store";
  // Tells the writer where the store is.
  private static final String PLACE = ".place";
  // A dash and the incarnation, in a channel's base path.
  private static final int INCARNATION_CHARS = 17;
  private static final int BELL_BYTES = 256;

  private final Reactor reactor;
  private final Access access;
  private final MappedConfig config;
  private final Path directory;
  private final RingPoller poller;
  private final Map<String, StoreInbound> inbound = new HashMap<>();
  private final Map<String, StoreOutbound> outbound = new HashMap<>();

  /**
   * A transport.
   *
   * @param reactor drives its doorbells and the poller
   * @param access who may open the files
   * @param policy what to do when there is nothing to take
   * @param config of the stores
   * @param directory that of the bus in the store; it is there before a channel is made
   */
  public MappedTransport(
      Reactor reactor, Access access, IdlePolicy policy, MappedConfig config, Path directory) {
    this.reactor = reactor;
    this.access = access;
    this.config = config;
    this.directory = directory;
    this.poller = new RingPoller(reactor, policy);
  }

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public int id() {
    return ID;
  }

  @Override
  public void prepare(Path channels) throws IOException {
    // Not in the directory of channels: stores are elsewhere.
    StoreFile.probe(access, directory, config.capacity());
  }

  /**
   * The nodes that have written to a node, now or once.
   *
   * @param reader the node
   * @return their names
   * @throws IOException when the directory can't be read
   */
  public List<String> writers(String reader) throws IOException {
    List<String> names = new ArrayList<>();
    try (DirectoryStream<Path> files =
        Files.newDirectoryStream(directory.resolve(reader), "*" + STORE)) {
      for (Path file : files) {
        String name = file.getFileName().toString();
        names.add(name.substring(0, name.length() - STORE.length()));
      }
    } catch (NoSuchFileException e) {
      return names; // Nobody has.
    }
    return names;
  }

  /**
   * Opens the store in which messages of a node wait. It is opened once, and mended when that node
   * does not have it open. Called on a worker thread.
   *
   * @param reader this node
   * @param writer that node
   * @return done with the store, not started
   * @throws IOException when it can't be opened
   */
  public StoreOpening openInbound(String reader, String writer) throws IOException {
    return new StoreOpening(open(reader, writer, StoreFile.Role.READER), 0);
  }

  private StoreFile open(String reader, String writer, StoreFile.Role role) throws IOException {
    Path parent = directory.resolve(reader);
    try {
      access.mkdir(parent);
    } catch (PosixException e) {
      if (!e.is("EEXIST")) {
        throw e;
      }
    }
    return StoreFile.open(access, parent.resolve(writer + STORE), config.capacity(), role);
  }

  /** A store that a worker thread has opened, to be handed over to the reactor's. */
  public static final class StoreOpening {
    private final StoreFile file;
    // What the reader has released, as the disk knows it.
    private final long synced;

    private StoreOpening(StoreFile file, long synced) {
      this.file = file;
      this.synced = synced;
    }

    /** Closes it again: nobody needs it. */
    public void discard() {
      try {
        file.close();
      } catch (PosixException e) {
        throw new IllegalStateException(e);
      }
    }
  }

  /**
   * The reading end of a store that has been opened. Called on the reactor's thread, as everything
   * that follows.
   *
   * @param writer the node that writes
   * @param opening the opened store
   * @return the reading end
   */
  public DurableInbound inbound(String writer, StoreOpening opening) {
    StoreInbound store = new StoreInbound(poller, opening.file);
    inbound.put(writer, store);
    return store;
  }

  /**
   * Whether the store of a writer is open here.
   *
   * @param writer the node that writes
   * @return true after {@link #inbound}
   */
  public boolean hasInbound(String writer) {
    return inbound.containsKey(writer);
  }

  /**
   * Forgets a store that has been closed.
   *
   * @param writer the node that writes
   */
  public void forgetInbound(String writer) {
    inbound.remove(writer);
  }

  /**
   * Opens the store in which messages for a node wait, to be handed to {@link #outbound}. Called on
   * a worker thread.
   *
   * @param reader that node
   * @param writer this node
   * @return the opened store
   * @throws IOException when it can't be opened
   */
  public StoreOpening openOutbound(String reader, String writer) throws IOException {
    StoreFile file = open(reader, writer, StoreFile.Role.WRITER);
    try {
      return new StoreOpening(file, config.isSynced() ? file.sync() : 0);
    } catch (IOException | RuntimeException e) {
      file.close();
      throw e;
    }
  }

  /**
   * The writing end of a store, with no reader. It is opened once.
   *
   * @param reader the node that reads
   * @param opening the opened store; null when there is one already
   * @return the writing end
   */
  public OutboundChannel outbound(String reader, StoreOpening opening) {
    StoreOutbound known = outbound.get(reader);
    if (known != null) {
      if (opening != null) {
        opening.discard();
      }
      return known;
    }
    StoreOutbound store =
        new StoreOutbound(
            opening.file, opening.synced, new StoreSync(reactor, config, opening.file));
    outbound.put(reader, store);
    return store;
  }

  /**
   * Whether the store of a reader is open here.
   *
   * @param reader the node that reads
   * @return true after {@link #outbound}
   */
  public boolean hasOutbound(String reader) {
    return outbound.containsKey(reader);
  }

  @Override
  public InboundChannel createInbound(Path base, long writerPid) throws IOException {
    Path place = Path.of(base + PLACE);
    Path bellPath = Path.of(base + BELL);
    SmallFile.create(access, place, directory.toString());
    try {
      return new Inbound(Fifo.createReader(access, bellPath), bellPath, place, writerOf(base));
    } catch (IOException | RuntimeException e) {
      Cleanup.unlink(place);
      throw e;
    }
  }

  private static String writerOf(Path base) {
    String name = base.getFileName().toString();
    return name.substring(0, name.length() - INCARNATION_CHARS);
  }

  @Override
  public OutboundChannel openOutbound(Path base, OutboundHandler handler) throws IOException {
    String reader = base.getParent().getFileName().toString();
    String writer = writerOf(base);
    String place = SmallFile.read(access, Path.of(base + PLACE));
    if (!place.equals(directory.toString())) {
      throw new IOException(
          "Node '"
              + reader
              + "' keeps its messages in "
              + place
              + ", and this node in "
              + directory
              + ": both need the same mapped.directory");
    }
    Bell bell = new Bell(reactor, Fifo.openWriter(access, Path.of(base + BELL)), handler);
    try {
      StoreOutbound store = outbound.get(reader);
      if (store != null && !store.isCurrent()) {
        // Somebody has removed or spoilt the file, and the reader has made another.
        outbound.remove(reader);
        store.close();
        store = null;
      }
      if (store == null) {
        // The reader has it open, so that there is nothing to be mended, which would take time. Nor
        // is it brought to the disk now: what the disk knows of the reader is asked for later.
        outbound(reader, new StoreOpening(open(reader, writer, StoreFile.Role.WRITER), 0));
        store = outbound.get(reader);
      }
      store.meet(bell, handler);
      return new Outbound(store, bell);
    } catch (IOException | RuntimeException e) {
      bell.close();
      throw e;
    }
  }

  @Override
  public void close() {
    List.copyOf(inbound.values()).forEach(store -> store.close(false));
    List.copyOf(outbound.values()).forEach(StoreOutbound::close);
    inbound.clear();
    outbound.clear();
  }

  /** A writer's life-line and bell; what it writes comes by way of the store. */
  private final class Inbound implements InboundChannel {
    private final int bell;
    private final Path bellPath;
    private final Path place;
    private final String writer;
    private final ByteBuffer rings = ByteBuffer.allocateDirect(BELL_BYTES);
    private final long address = Posix.address(rings);
    private InboundHandler handler;
    private Reactor.Watch watch;
    private boolean closed;

    Inbound(int bell, Path bellPath, Path place, String writer) {
      this.bell = bell;
      this.bellPath = bellPath;
      this.place = place;
      this.writer = writer;
    }

    @Override
    public void start(InboundHandler handler) {
      this.handler = handler;
      try {
        watch = reactor.watch(bell, this::bellRings);
        watch.interest(true, false);
        wake();
      } catch (IOException e) {
        handler.onBroken(e);
      }
    }

    private void wake() {
      StoreInbound store = inbound.get(writer);
      if (store != null) {
        store.wake();
      }
    }

    private void bellRings(boolean readable, boolean writable, boolean hangup) {
      boolean gone = hangup;
      try {
        gone |= Posix.read(bell, address, BELL_BYTES) == 0;
      } catch (PosixException e) {
        handler.onBroken(e);
        return;
      }
      wake();
      handler.onNudge();
      if (gone && !closed) {
        StoreInbound store = inbound.get(writer);
        if (store != null) {
          // What it wrote before it went.
          store.poll(Integer.MAX_VALUE);
        }
        handler.onBroken(null);
      }
    }

    @Override
    public Throwable damage() {
      StoreInbound store = inbound.get(writer);
      return store == null ? null : store.damage();
    }

    @Override
    public void setPaused(boolean paused) {
      // The store is paused, whoever writes.
    }

    @Override
    public void close() {
      if (!closed) {
        closed = true;
        if (watch != null) {
          watch.close();
        }
        Cleanup.close(bell);
        Cleanup.unlink(bellPath);
        Cleanup.unlink(place);
      }
    }
  }

  /** A store while its reader lives. */
  private static final class Outbound implements OutboundChannel {
    private final StoreOutbound store;
    private final Bell bell;
    private boolean closed;

    Outbound(StoreOutbound store, Bell bell) {
      this.store = store;
      this.bell = bell;
    }

    @Override
    public int maxRecord() {
      return store.maxRecord();
    }

    @Override
    public boolean write(int length, RecordWriter record) {
      return !closed && store.write(length, record);
    }

    @Override
    public void flush() {
      if (!closed) {
        store.flush();
      }
    }

    @Override
    public boolean hasRoom(long bytes) {
      return store.hasRoom(bytes);
    }

    @Override
    public boolean isDurable() {
      return true;
    }

    @Override
    public int maxDurable() {
      return store.maxDurable();
    }

    @Override
    public void whenSafe(Runnable safe) {
      store.whenSafe(safe);
    }

    @Override
    public boolean isFlushed() {
      return true;
    }

    @Override
    public Throwable damage() {
      return store.damage();
    }

    @Override
    public void nudge() {
      if (!closed) {
        bell.ring();
      }
    }

    @Override
    public void close() {
      if (!closed) {
        closed = true;
        if (store.hasBell(bell)) {
          store.part();
        }
        bell.close();
      }
    }
  }
}
