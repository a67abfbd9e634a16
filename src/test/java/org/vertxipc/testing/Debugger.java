package org.vertxipc.testing;

import com.sun.jdi.Bootstrap;
import com.sun.jdi.Location;
import com.sun.jdi.Method;
import com.sun.jdi.ReferenceType;
import com.sun.jdi.VMDisconnectedException;
import com.sun.jdi.VirtualMachine;
import com.sun.jdi.connect.Connector;
import com.sun.jdi.connect.IllegalConnectorArgumentsException;
import com.sun.jdi.connect.ListeningConnector;
import com.sun.jdi.event.BreakpointEvent;
import com.sun.jdi.event.ClassPrepareEvent;
import com.sun.jdi.event.Event;
import com.sun.jdi.event.EventSet;
import com.sun.jdi.request.BreakpointRequest;
import com.sun.jdi.request.ClassPrepareRequest;
import com.sun.jdi.request.EventRequest;
import java.io.IOException;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Stops a JVM at a point of the code, before anything else happens there: all its threads, so that
 * a test can kill it just then. The code that is tested needs nothing for it. It follows the
 * <em>Java Debug Interface</em>.
 */
public final class Debugger implements AutoCloseable {
  private static final String CONNECTOR = "com.sun.jdi.SocketListen";
  private static final long SECONDS = 30;
  // Those of the Java Virtual Machine Specification, section 6.5: ireturn to return.
  private static final int FIRST_RETURN = 0xac;
  private static final int LAST_RETURN = 0xb1;

  private final ListeningConnector connector;
  private final Map<String, Connector.Argument> arguments;
  private final String address;
  private final CompletableFuture<VirtualMachine> machine = new CompletableFuture<>();
  private final CountDownLatch hit = new CountDownLatch(1);
  private CodePoint armed;
  private String wrong;

  /** Waits for one JVM, which is started with {@link #flag}. */
  public Debugger() throws IOException {
    connector =
        Bootstrap.virtualMachineManager().listeningConnectors().stream()
            .filter(each -> each.name().equals(CONNECTOR))
            .findAny()
            .orElseThrow(() -> new IOException("this JDK has no " + CONNECTOR));
    arguments = connector.defaultArguments();
    arguments.get("localAddress").setValue("127.0.0.1");
    try {
      address = connector.startListening(arguments);
    } catch (IllegalConnectorArgumentsException e) {
      throw new IOException(e);
    }
    Thread thread = new Thread(this::run, "debugger");
    thread.setDaemon(true);
    thread.start();
  }

  /** With which a JVM is started. */
  public String flag() {
    return "-agentlib:jdwp=transport=dt_socket,server=n,suspend=n,address=" + address;
  }

  private void run() {
    try {
      VirtualMachine connected = connector.accept(arguments);
      connector.stopListening(arguments);
      machine.complete(connected);
      while (true) {
        EventSet events = connected.eventQueue().remove();
        boolean stop = false;
        for (Event event : events) {
          if (event instanceof ClassPrepareEvent prepared) {
            stopAt(connected, prepared.referenceType());
          }
          stop |= event instanceof BreakpointEvent;
        }
        if (stop) {
          hit.countDown();
        } else {
          events.resume();
        }
      }
    } catch (VMDisconnectedException e) {
      // It was killed, or it has ended: whoever waits for more is told by the process.
      machine.completeExceptionally(e);
    } catch (IOException | IllegalConnectorArgumentsException e) {
      machine.completeExceptionally(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Stops at a point from now on. */
  public void stopAt(CodePoint point) throws Exception {
    VirtualMachine connected = machine.get(SECONDS, TimeUnit.SECONDS);
    armed = point;
    ClassPrepareRequest prepare = connected.eventRequestManager().createClassPrepareRequest();
    prepare.addClassFilter(point.type());
    prepare.setSuspendPolicy(EventRequest.SUSPEND_ALL);
    prepare.enable();
    for (ReferenceType type : connected.classesByName(point.type())) {
      stopAt(connected, type);
    }
    if (wrong != null) {
      throw new IOException(wrong);
    }
  }

  private void stopAt(VirtualMachine connected, ReferenceType type) {
    Location location = location(type);
    if (location == null) {
      wrong = "there is no such point: " + armed;
      hit.countDown();
      return;
    }
    BreakpointRequest stop = connected.eventRequestManager().createBreakpointRequest(location);
    stop.setSuspendPolicy(EventRequest.SUSPEND_ALL);
    stop.enable();
  }

  private Location location(ReferenceType type) {
    for (Method method : type.methodsByName(armed.method())) {
      if (!armed.atEnd()) {
        return method.location();
      }
      byte[] code = method.bytecodes();
      int last = code[code.length - 1] & 0xff;
      if (last >= FIRST_RETURN && last <= LAST_RETURN) {
        return method.locationOfCodeIndex(code.length - 1);
      }
    }
    return null;
  }

  /** Waits until it is stopped at the point. */
  public void awaitHit() throws Exception {
    Await.latch(hit);
    if (wrong != null) {
      throw new IOException(wrong);
    }
  }

  @Override
  public void close() {
    if (machine.isDone() && !machine.isCompletedExceptionally()) {
      try {
        machine.join().dispose();
      } catch (VMDisconnectedException e) {
        return;
      }
    }
  }

  /**
   * A point of the code.
   *
   * @param type the name of a class
   * @param method of it, the first of this name
   * @param atEnd when it is about to return at its last place, rather than when it is called
   */
  public record CodePoint(String type, String method, boolean atEnd) {}
}
