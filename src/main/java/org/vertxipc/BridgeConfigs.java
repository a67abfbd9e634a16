package org.vertxipc;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.vertxipc.bridge.BridgeConfig;
import org.vertxipc.bus.BusConfig;
import org.vertxipc.bus.TransportConfig;
import org.vertxipc.channel.descriptor.MqueueConfig;
import org.vertxipc.channel.ring.IdlePolicy;
import org.vertxipc.channel.ring.RingTransport;
import org.vertxipc.channel.ring.SysvConfig;
import org.vertxipc.channel.ring.SysvKey;
import org.vertxipc.posix.Access;
import org.vertxipc.store.StoreConfig;
import org.vertxipc.wire.SerializableBodies;

/** Turns the options of a bus into what the bridge and the bus take. */
final class BridgeConfigs {
  private BridgeConfigs() {}

  /** What the schema can't tell of options that agree with it. */
  static List<String> errors(BusOptions o) {
    List<String> errors = accessErrors(o);
    if (o.getTransport().equals(RingTransport.MAPPED) && o.getNode() == null) {
      errors.add("/bus/node: missing, transport mapped needs it: messages wait for a name");
    }
    return errors;
  }

  /** What it can't tell of who has access. */
  static List<String> accessErrors(BusOptions o) {
    List<String> errors = new ArrayList<>();
    String mode = o.getMode();
    boolean shared = Integer.parseInt(mode, 8) == 0660;
    if (shared && o.getGroup() == null) {
      errors.add("/bus/group: missing, mode \"" + mode + "\" needs it: whose access is it?");
    }
    if (!shared && o.getGroup() != null) {
      errors.add("/bus/mode: found \"" + mode + "\", expected \"0660\" with a group");
    }
    if (shared && o.getTransport().equals("anonymous")) {
      errors.add(
          "/bus/transport: found \"anonymous\", which no other user can open, whatever the group");
    }
    return errors;
  }

  static BridgeConfig of(BusOptions o, String node) {
    return new BridgeConfig(
        bus(o, node),
        List.copyOf(o.getExports()),
        List.copyOf(o.getImports()),
        o.isHeedLocalOnly(),
        SerializableBodies.of(o.getSerializable()),
        o.getReplyTimeoutMillis(),
        Map.copyOf(o.getMqueue().getPriorities()),
        o.getMapped().isIdentified());
  }

  static BusConfig bus(BusOptions o, String node) {
    IdleOptions idle = o.getIdle();
    IdlePolicy policy =
        new IdlePolicy(
            IdlePolicy.Mode.valueOf(idle.getStrategy().toUpperCase(Locale.ROOT)),
            idle.getSpinMicros() * 1_000L,
            idle.getIntervalMicros() * 1_000L);
    return new BusConfig(
        access(o),
        o.getDirectory() == null ? null : Path.of(o.getDirectory()),
        o.getName(),
        node,
        o.getNode() == null,
        o.getTransport(),
        new TransportConfig(
            o.getRingBytes(), policy, o.getPipeBytes(), sysv(o), mqueue(o), mapped(o)),
        o.getMaxMessageBytes(),
        o.getSendQueueBytes(),
        o.getStartTimeoutMillis(),
        o.getCloseTimeoutMillis());
  }

  private static Access access(BusOptions o) {
    return o.getGroup() == null ? Access.OWNER : Access.group(o.getGroup());
  }

  private static SysvConfig sysv(BusOptions o) {
    SysvOptions sysv = o.getSysv();
    return new SysvConfig(
        SysvKey.parse(sysv.getKey()), Integer.parseInt(sysv.getMode(), 8), sysv.isKeepKey());
  }

  private static MqueueConfig mqueue(BusOptions o) {
    MqueueOptions mqueue = o.getMqueue();
    return new MqueueConfig(mqueue.getMaxMessages(), mqueue.getMessageBytes());
  }

  private static StoreConfig mapped(BusOptions o) {
    MappedOptions mapped = o.getMapped();
    return new StoreConfig(
        mapped.getDirectory() == null ? null : Path.of(mapped.getDirectory()),
        mapped.getFileBytes(),
        StoreConfig.Sync.valueOf(mapped.getFsync().toUpperCase(Locale.ROOT)),
        mapped.getFsyncMillis() * 1_000_000);
  }
}
