package org.vertxipc.cli;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOError;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jline.terminal.Attributes;
import org.jline.terminal.Attributes.ControlChar;
import org.jline.terminal.Attributes.InputFlag;
import org.jline.terminal.Attributes.LocalFlag;
import org.jline.terminal.Size;
import org.jline.terminal.Terminal;
import org.jline.terminal.TerminalBuilder;
import org.jline.utils.AttributedString;
import org.jline.utils.Curses;
import org.jline.utils.InfoCmp.Capability;
import org.jline.utils.Signals;

/**
 * The terminal as a screen of lines. What its user had before comes back when it is closed, also
 * when the process ends by a signal.
 */
final class TopTerminal implements AutoCloseable {
  private static final int TRIES = 3;
  private static final int USUAL_COLUMNS = 80;
  private static final int USUAL_ROWS = 24;

  private final OutputStream out = new FileOutputStream(FileDescriptor.out);
  private final Terminal terminal;
  private final Attributes before;
  private boolean shown;
  private boolean closed;

  private TopTerminal() throws IOException {
    // It would restore the terminal on its own, at the same time as it is done here.
    System.setProperty("org.jline.shutdownhook.disable", "true");
    try {
      terminal =
          TerminalBuilder.builder()
              .system(true)
              // By stty: without native code, of which newer JDKs warn.
              .provider("exec")
              .dumb(false)
              // Otherwise it handles SIGINT, and no hook runs.
              .nativeSignals(false)
              // Otherwise it asks the terminal, and what a slow one answers would look like keys.
              .graphemeCluster(false)
              .encoding(StandardCharsets.UTF_8)
              .build();
      before = terminal.getAttributes();
    } catch (IOException | IllegalStateException e) {
      throw new IOException(
          "the terminal can't be used (are there the commands tty and stty?): " + Cli.explain(e),
          e);
    }
  }

  /**
   * Takes the terminal over.
   *
   * @param whenResized is told, on some thread, that it has another size
   * @throws IOException when it has no lines that could be written to
   */
  static TopTerminal open(Runnable whenResized) throws IOException {
    TopTerminal screen = new TopTerminal();
    if (screen.terminal.getStringCapability(Capability.cursor_address) == null) {
      throw new IOException(
          "the terminal ("
              + Text.printable(screen.terminal.getType())
              + ") can't move its cursor; 'stat --watch' needs no such terminal");
    }
    Signals.register("WINCH", whenResized);
    Runtime.getRuntime().addShutdownHook(new Thread(screen::close, "vertx-ipc-terminal"));
    screen.show();
    return screen;
  }

  /** Returns its size; that of a usual one when it has none. */
  Size size() throws IOException {
    try {
      Size size = terminal.getSize();
      boolean isKnown = size.getColumns() > 0 && size.getRows() > 0;
      return isKnown ? size : Size.of(USUAL_COLUMNS, USUAL_ROWS);
    } catch (IOError e) {
      throw new IOException("the terminal's size: " + Cli.explain(e.getCause()), e);
    }
  }

  /** Begins to show lines, in place of what was on the screen. */
  synchronized void show() throws IOException {
    if (closed || shown) {
      return;
    }
    shown = true;
    Attributes raw = new Attributes(before);
    // No signals: a second Ctrl-C would end what restores the terminal.
    for (LocalFlag flag :
        List.of(LocalFlag.ICANON, LocalFlag.ECHO, LocalFlag.IEXTEN, LocalFlag.ISIG)) {
      raw.setLocalFlag(flag, false);
    }
    raw.setInputFlag(InputFlag.IXON, false);
    raw.setControlChar(ControlChar.VMIN, 1);
    raw.setControlChar(ControlChar.VTIME, 0);
    terminal.setAttributes(raw);
    write(
        capability(Capability.enter_ca_mode)
            + capability(Capability.cursor_invisible)
            + capability(Capability.exit_am_mode));
  }

  /** Shows lines, which fit. */
  synchronized void paint(List<AttributedString> lines, Size size) throws IOException {
    if (!shown) {
      return;
    }
    StringBuilder all = new StringBuilder();
    for (int i = 0; i < lines.size(); i++) {
      all.append(Curses.tputs(terminal.getStringCapability(Capability.cursor_address), i, 0));
      all.append(capability(Capability.clr_eol)).append(lines.get(i).toAnsi(terminal));
    }
    if (lines.size() < size.getRows()) {
      all.append(
          Curses.tputs(terminal.getStringCapability(Capability.cursor_address), lines.size(), 0));
      all.append(capability(Capability.clr_eos));
    }
    write(all.toString());
  }

  /** Gives the screen back for a time. */
  synchronized void hide() {
    if (!shown) {
      return;
    }
    shown = false;
    try {
      write(
          capability(Capability.enter_am_mode)
              + capability(Capability.cursor_normal)
              + capability(Capability.exit_ca_mode));
    } catch (IOException e) {
      // Nobody sees it any more; its settings may still matter to others.
    }
    restore();
  }

  private void restore() {
    for (int i = 1; ; i++) {
      try {
        terminal.setAttributes(before);
        return;
      } catch (RuntimeException | Error e) {
        // stty, too, gets a signal that is meant for all processes of the terminal.
        if (i == TRIES) {
          System.err.println(Cli.NAME + ": the terminal's settings are not as before: " + e);
          return;
        }
      }
    }
  }

  /** Stops this process, and those that were started with it, until the shell continues them. */
  void suspend() throws IOException, InterruptedException {
    hide();
    new ProcessBuilder("sh", "-c", "kill -TSTP 0").inheritIO().start().waitFor();
    show();
  }

  @Override
  public synchronized void close() {
    closed = true;
    hide();
  }

  private String capability(Capability capability) {
    String sequence = terminal.getStringCapability(capability);
    return sequence == null ? "" : Curses.tputs(sequence);
  }

  private void write(String text) throws IOException {
    // At once, so that no half of a screen is seen.
    out.write(text.getBytes(StandardCharsets.UTF_8));
    out.flush();
  }
}
