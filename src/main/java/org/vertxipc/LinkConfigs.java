package org.vertxipc;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.vertxipc.journal.JournalReader;
import org.vertxipc.link.Codec;
import org.vertxipc.link.FifoConfig;
import org.vertxipc.link.JournalConfig;
import org.vertxipc.link.LinkConfig;
import org.vertxipc.link.PipeConfig;
import org.vertxipc.link.QueueConfig;

/** Turns the options of links into what the links take. */
final class LinkConfigs {
  private LinkConfigs() {}

  static List<Object> of(List<LinkOptions<?>> links) {
    List<Object> configs = new ArrayList<>();
    for (LinkOptions<?> link : links) {
      String name = link.getName() != null ? link.getName() : link.getType() + "-" + configs.size();
      configs.add(config(common(name, link), link));
    }
    return configs;
  }

  private static LinkConfig common(String name, LinkOptions<?> o) {
    // A link that has no answers is as one that expects none.
    AnsweringLinkOptions<?> answers =
        o instanceof AnsweringLinkOptions<?> a ? a : new PipeLinkOptions();
    return new LinkConfig(
        name,
        constant(Codec.class, o.getCodec()),
        o.getSend(),
        o.getReceive(),
        o.getDeliver().equals("publish"),
        constant(LinkConfig.ReplyMode.class, answers.getReply()),
        answers.getIdField(),
        o.getEvents(),
        o.getMaxMessageBytes(),
        o.getSendQueueBytes(),
        constant(LinkConfig.Overflow.class, answers.getOverflow()));
  }

  private static Object config(LinkConfig common, LinkOptions<?> link) {
    if (link instanceof PipeLinkOptions o) {
      return new PipeConfig(
          common,
          List.copyOf(o.getCommand()),
          path(o.getDirectory()),
          Map.copyOf(o.getEnvironment()),
          constant(PipeConfig.Stderr.class, o.getStderr()),
          constant(PipeConfig.Restart.class, o.getRestart()),
          o.getRestartMinMillis(),
          o.getRestartMaxMillis(),
          o.getEofMillis(),
          o.getTermMillis());
    } else if (link instanceof FifoLinkOptions o) {
      return new FifoConfig(
          common,
          path(o.getRead()),
          path(o.getWrite()),
          o.isCreate(),
          mode(o.getMode()),
          o.getCloseMillis());
    } else if (link instanceof JournalLinkOptions o) {
      return journal(common, o);
    }
    MqueueLinkOptions o = (MqueueLinkOptions) link;
    return new QueueConfig(
        common,
        o.getRead(),
        o.getWrite(),
        o.isCreate(),
        mode(o.getMode()),
        o.getMaxMessages(),
        o.getMessageBytes(),
        o.getCloseMillis());
  }

  private static JournalConfig journal(LinkConfig common, JournalLinkOptions o) {
    boolean position = Character.isDigit(o.getFrom().charAt(0));
    return new JournalConfig(
        common,
        path(o.getDirectory()),
        o.getFileBytes(),
        o.getRetainFiles(),
        constant(JournalConfig.Sync.class, o.getFsync()),
        o.getFsyncMillis(),
        position ? JournalReader.Start.POSITION : constant(JournalReader.Start.class, o.getFrom()),
        position ? Long.parseLong(o.getFrom()) : 0,
        o.getPace().equals("recorded"),
        o.getPollMillis());
  }

  private static Path path(String path) {
    return path == null ? null : Path.of(path);
  }

  private static int mode(String octal) {
    return Integer.parseInt(octal, 8);
  }

  private static <E extends Enum<E>> E constant(Class<E> type, String name) {
    return Enum.valueOf(type, name.toUpperCase(Locale.ROOT).replace('-', '_'));
  }
}
