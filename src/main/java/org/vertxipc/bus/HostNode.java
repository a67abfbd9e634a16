package org.vertxipc.bus;

import io.vertx.core.internal.logging.Logger;
import io.vertx.core.internal.logging.LoggerFactory;
import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArraySet;
import java.util.function.Consumer;
import org.vertxipc.channel.Names;
import org.vertxipc.counters.CounterSet;
import org.vertxipc.counters.file.CountersImage;
import org.vertxipc.posix.Access;
import org.vertxipc.posix.Errno;
import org.vertxipc.posix.PosixException;
import org.vertxipc.reactor.Reactor;

/**
 * A node that takes connections and no messages: it has a place in the directory of a bus, and is
 * no member of the bus. Its name is made for this incarnation, so whoever finds the name finds this
 * incarnation or nobody. All methods but {@link #find}, {@link #openDoor} and the getters block:
 * they are called on a worker thread. Thread-safe.
 */
public final class HostNode {
  private static final Logger log = LoggerFactory.getLogger(HostNode.class);

  private static final String PREFIX = "streams-";
  private static final String VERSION = "1";
  private static final int SWEEP_EVERY = 5;

  private final Access access;
  private final String name;
  private final BusDirectory directory;
  private final Membership membership;
  private final Set<String> addresses = new CopyOnWriteArraySet<>();
  private final CountersImage image = new CountersImage();
  private boolean released;
  private int mended;

  private HostNode(Access access, String name, BusDirectory directory, Membership membership) {
    this.access = access;
    this.name = name;
    this.directory = directory;
    this.membership = membership;
  }

  /**
   * Takes a place, and cleans up after dead nodes.
   *
   * @param config of the bus; its node is not used
   * @return the node
   * @throws IOException when the directory can't be used
   */
  public static HostNode claim(BusConfig config) throws IOException {
    long incarnation = new SecureRandom().nextLong();
    String name = PREFIX + NodeRecord.hex(incarnation);
    BusDirectory directory = new BusDirectory(config);
    NodeRecord self = NodeRecord.ofThisProcess(name, incarnation, NodeRecord.STREAMS, true);
    Membership membership = Membership.claim(config.access(), directory, self);
    directory.cleanUp(name);
    return new HostNode(config.access(), name, directory, membership);
  }

  /**
   * Returns the name.
   *
   * @return unique on the bus, now and later
   */
  public String name() {
    return name;
  }

  /**
   * Returns the directory for what this node makes.
   *
   * @return it exists unless somebody has removed it
   */
  public Path directory() {
    return directory.nodeDirectory(name);
  }

  /**
   * Returns the directory of another node.
   *
   * @param node its name, valid as {@link Names#isName} says
   * @return it may not exist
   */
  public Path directory(String node) {
    return directory.nodeDirectory(node);
  }

  /**
   * Says that this node has an address.
   *
   * @param address for example {@code 192.168.0.7:40123}
   * @return false when another living node has it, too: then neither is found by it
   * @throws IOException when it can't be said
   */
  public boolean publish(String address) throws IOException {
    if (!AddressBook.isPublishable(address)) {
      throw new IOException("'" + address + "' can't be the name of a file");
    }
    addresses.add(address);
    return directory.addresses().publish(address, text(), directory::cleanIfDead);
  }

  /**
   * Says that this node has an address, if no other says so.
   *
   * @param address for example {@code localhost:40123}
   * @return false when another living node has it
   * @throws IOException when it can't be said
   */
  public boolean publishIfFree(String address) throws IOException {
    if (find(address) instanceof Found.Nobody) {
      addresses.add(address);
      if (directory.addresses().publish(address, text(), directory::cleanIfDead)) {
        return true;
      }
      addresses.remove(address);
      directory.addresses().withdraw(name, address);
    }
    return false;
  }

  private String text() {
    return VERSION + "/" + name;
  }

  /** What is known of an address. */
  public sealed interface Found {
    /** No node of this host has it. */
    record Nobody() implements Found {}

    /**
     * A living node has it.
     *
     * @param node its name
     */
    record Neighbour(String node) implements Found {}

    /**
     * A node may have it, which can't be called.
     *
     * @param why for people
     */
    record Unusable(String why) implements Found {}
  }

  /**
   * Looks an address up. It is quick: a few system calls.
   *
   * @param address as it was published
   * @return the node that has it
   */
  public Found find(String address) {
    try {
      String text = directory.addresses().find(address);
      if (text == null) {
        return new Found.Nobody();
      }
      String node = AddressBook.node(text);
      if (!text.equals(VERSION + "/" + node) || !Names.isName(node)) {
        return new Found.Unusable(
            "the node at " + address + " is of another version, which says \"" + text + "\"");
      }
      if (!isAlive(node)) {
        return new Found.Nobody();
      }
      String second = directory.addresses().findSecond(address);
      if (second != null && isAlive(AddressBook.node(second))) {
        return new Found.Unusable("two nodes in " + directory().getParent() + " have " + address);
      }
      return new Found.Neighbour(node);
    } catch (IOException e) {
      return new Found.Unusable(e.getMessage());
    }
  }

  /**
   * Returns whether another node is alive. It is quick: a few system calls.
   *
   * @param node its name, which is not trusted
   * @return whether it holds its lock
   * @throws IOException when it can't be told
   */
  public boolean isAlive(String node) throws IOException {
    return Names.isName(node) && directory.isAlive(node);
  }

  /**
   * Opens the door, or the one that has replaced it.
   *
   * @param reactor watches it
   * @param handler is told who calls; not trusted
   * @return closes it, on the reactor's thread
   * @throws IOException when it can't be opened
   */
  public Runnable openDoor(Reactor reactor, Consumer<Call> handler) throws IOException {
    Door door =
        new Door(
            reactor,
            access,
            directory.door(name),
            (bytes, at) -> handler.accept(Call.decode(bytes, at)));
    return door::close;
  }

  /**
   * Calls another node.
   *
   * @param node its name
   * @param number of the connection
   * @throws IOException when nobody is there, or it can't take another call now
   */
  public void call(String node, long number) throws IOException {
    if (!Door.write(access, directory.door(node), new Call(name, number).encode())) {
      throw new IOException("node '" + node + "' has too many calls to take");
    }
  }

  /**
   * Makes files of this node anew that somebody has removed, and now and then removes what dead
   * nodes have left. It is called again and again.
   *
   * @return true when the door is a new one, which must be opened
   * @throws IOException when they can't be made
   */
  public synchronized boolean mend() throws IOException {
    if (released) {
      return false;
    }
    List<Path> made = membership.mend();
    if (!made.isEmpty()) {
      log.warn("Somebody removed files of this node, which are made anew: " + made);
      image.forget();
    }
    publishAnew(addresses);
    mended++;
    if (mended % SWEEP_EVERY == 0) {
      // Somebody may have died whom nobody was connected with any more.
      directory.cleanUp(name);
    }
    return made.contains(directory.door(name));
  }

  /**
   * Shows to others what is counted here, if there is news. It is called again and again.
   *
   * @param counters as they are now
   * @throws IOException when they can't be shown
   */
  public synchronized void show(CounterSet counters) throws IOException {
    if (released) {
      return;
    }
    if (image.take(counters, System.currentTimeMillis())) {
      try {
        membership.show(image);
      } catch (IOException e) {
        image.forget();
        throw e;
      }
    }
  }

  private void publishAnew(Collection<String> all) throws IOException {
    for (String address : all) {
      if (directory.addresses().find(address) == null) {
        publish(address);
      }
    }
  }

  /**
   * Removes what another node left, if it is dead. The kernel closes the descriptors of a dying
   * process one after the other, so its lock may be held a moment longer than its channels.
   *
   * @param node its name
   * @return false when it is alive, or seems so
   */
  public boolean cleanIfDead(String node) {
    return directory.cleanIfDead(node);
  }

  /**
   * Removes this node, and what dead ones have left: whoever died before anybody was connected with
   * it has been missed by nobody, and this may be the last node here. Does nothing the second time.
   */
  public synchronized void release() {
    if (!released) {
      released = true;
      try {
        directory.cleanUp(name);
      } catch (IOException e) {
        log.debug("Nobody cleans up after dead nodes now", e);
      }
      membership.release();
    }
  }

  /**
   * Returns whether an exception says that somebody has removed files of this node, see {@link
   * #mend}.
   *
   * @param e what failed
   * @return whether it may help to mend
   */
  public static boolean isOfMissingFile(Throwable e) {
    return e instanceof PosixException p && p.is(Errno.ENOENT);
  }
}
