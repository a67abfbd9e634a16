package org.vertxipc.testing.mesh;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The messages of one thread of one life to one address by one lane, in the order of sending. */
final class MeshStream {
  private static final int CLASSES = 2;

  final MeshLifeLog life;
  final MeshPlan.Address address;
  final MessageId.Lane lane;

  /** By number; null for one that the ledger does not have because its sender was killed. */
  final List<MeshMessage> messages = new ArrayList<>();

  private final Map<MeshPresence.Consumer, Track> tracks = new HashMap<>();

  /** What one consumer got of them. */
  static final class Track {
    final BitSet seen = new BitSet();

    /** The highest number in each order; see {@link #order}. */
    final int[] last = new int[CLASSES];

    Track() {
      last[0] = -1;
      last[1] = -1;
    }
  }

  /** Creates the stream to which a message belongs. */
  MeshStream(MeshLifeLog life, MeshPlan.Address address, MessageId one) {
    this.life = life;
    this.address = address;
    this.lane = one.lane();
  }

  void add(MeshMessage message) {
    int number = MessageId.number(message.id);
    while (messages.size() <= number) {
      messages.add(null);
    }
    messages.set(number, message);
  }

  /** Returns null when exactly this message was never sent. */
  MeshMessage find(long id) {
    int number = MessageId.number(id);
    MeshMessage message = number < messages.size() ? messages.get(number) : null;
    return message != null && message.id == id ? message : null;
  }

  Track track(MeshPresence.Consumer consumer) {
    return tracks.computeIfAbsent(consumer, c -> new Track());
  }

  boolean got(MeshPresence.Consumer consumer, MeshMessage message) {
    Track track = tracks.get(consumer);
    return track != null && track.seen.get(MessageId.number(message.id));
  }

  /** Returns 1 for a request to a node with a store, in which requests do not wait, else 0. */
  static int order(MeshMessage message, MeshPlan.Node receiver) {
    boolean request = MessageId.of(message.id).kind() == MessageId.Kind.REQUEST;
    return request && receiver.keepsMessages() ? 1 : 0;
  }
}
