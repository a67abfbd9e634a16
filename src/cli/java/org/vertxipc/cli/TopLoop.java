package org.vertxipc.cli;

import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.time.LocalTime;
import java.time.ZoneId;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jline.terminal.Size;
import org.vertxipc.IpcBusState;
import picocli.CommandLine.ExitCode;

/** Reads a bus every second and shows it, until a key ends that. */
final class TopLoop {
  private static final long REFRESH = TimeUnit.SECONDS.toNanos(1);
  // They come among the keys, which are greater.
  private static final int RESIZED = Integer.MIN_VALUE;
  private static final int GONE = RESIZED + 1;
  // That of a process which is ended by SIGINT.
  private static final int INTERRUPTED = 130;

  private final PlaceOptions place;
  private final String bus;
  private final TopView view;
  private final BlockingQueue<Integer> keys = new LinkedBlockingQueue<>();
  private Look before;

  TopLoop(PlaceOptions place, String bus) {
    this.place = place;
    this.bus = bus;
    String noColor = System.getenv("NO_COLOR");
    view = new TopView(bus, noColor == null || noColor.isEmpty());
  }

  /**
   * Runs until its user has enough of it.
   *
   * @param first what there is to show at once
   * @param atMillis when it began to be read
   * @return the exit code
   */
  int run(IpcBusState first, long atMillis) throws Exception {
    try (TopTerminal screen = TopTerminal.open(() -> keys.add(RESIZED))) {
      Thread reader = new Thread(this::read, "vertx-ipc-keys");
      reader.setDaemon(true);
      reader.start();
      show(first.nodes(), atMillis, null);
      Size size = screen.size();
      long next = System.nanoTime() + REFRESH;
      while (true) {
        screen.paint(
            view.lines(size.getColumns(), size.getRows(), LocalTime.now(ZoneId.systemDefault())),
            size);
        Integer key = keys.poll(next - System.nanoTime(), TimeUnit.NANOSECONDS);
        if (key == null) {
          look();
          next = System.nanoTime() + REFRESH;
        } else if (key == 'q') {
          return ExitCode.OK;
        } else if (key == TopKeys.CTRL_C) {
          return INTERRUPTED;
        } else if (key == GONE) {
          throw new IOException("the terminal is gone");
        } else if (key == TopKeys.CTRL_Z) {
          screen.suspend();
          size = screen.size();
        } else if (key == RESIZED) {
          keys.removeIf(more -> more == RESIZED);
          size = screen.size();
        } else {
          view.press(key);
        }
      }
    }
  }

  /** What is watched may go and come back. */
  private void look() {
    long now = System.currentTimeMillis();
    try {
      List<IpcBusState.Node> nodes =
          BusPlace.find(place, bus).map(IpcBusState::nodes).orElse(List.of());
      show(nodes, now, nodes.isEmpty() ? "no node is on this bus now, until one comes" : null);
    } catch (IOException e) {
      show(List.of(), now, "the bus can't be read now: " + Cli.explain(e));
    }
  }

  private void show(List<IpcBusState.Node> nodes, long now, String problem) {
    Look last = before;
    String said = problem;
    for (IpcBusState.Node node : nodes) {
      if (said == null && node.problem() != null) {
        said = "node " + node.name() + ": " + node.problem();
      }
    }
    view.show(nodes.stream().map(node -> TopRow.of(node, last, now)).toList(), said);
    before = Look.at(nodes, now);
  }

  /** Takes keys, on a thread of its own, because reading blocks. */
  private void read() {
    // Not closed: what restores the terminal needs it.
    InputStream in = new FileInputStream(FileDescriptor.in);
    TopKeys decoder = new TopKeys();
    try {
      for (int b = in.read(); b >= 0; b = in.read()) {
        int key = decoder.next(b);
        if (key != TopKeys.NONE) {
          keys.add(key);
        }
        if (key == 'q' || key == TopKeys.CTRL_C) {
          // What is typed after it is meant for others.
          return;
        }
      }
      keys.add(GONE);
    } catch (IOException e) {
      keys.add(GONE);
    }
  }
}
