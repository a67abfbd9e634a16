package org.vertxipc.testing;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.condition.DisabledForJreRange;

/**
 * A test of what is the same on each JDK, because the kernel, a document or the code alone decides
 * it. It runs on the oldest JDK only, since the whole takes long enough.
 */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@DisabledForJreRange(minVersion = 24, disabledReason = "it is the same on each JDK")
public @interface OnOneJdk {}
