package org.vertxipc.faults;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.Tag;

/**
 * Marks a test that {@code -Pfaults} runs, often and long. The ordinary build runs it too, in its
 * short form. The tests of jqwik have tags of their own, which is why there are two.
 */
@Tag(Faults.TAG)
@net.jqwik.api.Tag(Faults.TAG)
@Target({ElementType.TYPE, ElementType.METHOD})
@Retention(RetentionPolicy.RUNTIME)
public @interface Faults {
  String TAG = "faults";
}
