package org.vertxipc.posix;

import com.kenai.jffi.CallContext;
import com.kenai.jffi.CallingConvention;
import com.kenai.jffi.Invoker;
import com.kenai.jffi.Library;
import com.kenai.jffi.Type;

/**
 * A function of the C library, which is looked up when it is first called. jffi calls it without
 * any code generated for it: an interface of jnr-ffi with these functions takes 200 ms to bind.
 *
 * <p>All arguments are numbers, an address or the value of an integer, and so is what is returned:
 * the caller casts it to what the function returns. jffi keeps the error of a call for its thread,
 * see {@link LibC#errno}. Thread-safe.
 */
final class CFunction {
  static final Type INT = Type.SINT32;
  static final Type SHORT = Type.SINT16;
  static final Type LONG = Type.SINT64;
  static final Type POINTER = Type.POINTER;

  private static final Invoker INVOKER = Invoker.getInstance();

  private final String name;
  private final Type result;
  private final int fixed;
  private final Type[] parameters;

  // A record's fields are final, so that two threads that look it up at once do no harm.
  private Found found;

  /**
   * A function with parameters of its own.
   *
   * @param result what it returns
   * @param name of the symbol
   * @param parameters their types
   */
  CFunction(Type result, String name, Type... parameters) {
    this(result, name, parameters.length, parameters);
  }

  private CFunction(Type result, String name, int fixed, Type... parameters) {
    this.name = name;
    this.result = result;
    this.fixed = fixed;
    this.parameters = parameters;
  }

  /** A function with a variable number of arguments, of which the first are fixed. */
  static CFunction variadic(Type result, String name, int fixed, Type... parameters) {
    return new CFunction(result, name, fixed, parameters);
  }

  private Found function() {
    Found f = found;
    return f != null ? f : find();
  }

  private Found find() {
    long address = Library.getDefault().getSymbolAddress(name);
    if (address == 0) {
      throw new UnsatisfiedLinkError("The C library has no " + name);
    }
    CallContext context =
        fixed == parameters.length
            ? CallContext.getCallContext(result, parameters, CallingConvention.DEFAULT, true)
            : CallContext.getCallContext(
                result, fixed, parameters, CallingConvention.DEFAULT, true);
    found = new Found(context, address);
    return found;
  }

  long call() {
    Found f = function();
    return INVOKER.invokeN0(f.context, f.address);
  }

  long call(long a) {
    Found f = function();
    return INVOKER.invokeN1(f.context, f.address, a);
  }

  long call(long a, long b) {
    Found f = function();
    return INVOKER.invokeN2(f.context, f.address, a, b);
  }

  long call(long a, long b, long c) {
    Found f = function();
    return INVOKER.invokeN3(f.context, f.address, a, b, c);
  }

  long call(long a, long b, long c, long d) {
    Found f = function();
    return INVOKER.invokeN4(f.context, f.address, a, b, c, d);
  }

  long call(long a, long b, long c, long d, long e) {
    Found f = function();
    return INVOKER.invokeN5(f.context, f.address, a, b, c, d, e);
  }

  long call(long a, long b, long c, long d, long e, long last) {
    Found f = function();
    return INVOKER.invokeN6(f.context, f.address, a, b, c, d, e, last);
  }

  private record Found(CallContext context, long address) {}
}
