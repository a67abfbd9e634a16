/**
 * Events for Java Flight Recorder, of what is rare and interesting. They are off unless a recording
 * asks for them, and cost nothing then. It knows nothing but their names and fields.
 */
package org.vertxipc.jfr;
