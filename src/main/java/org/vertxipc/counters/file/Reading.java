package org.vertxipc.counters.file;

import java.util.Map;

/**
 * A number of a node, and what it is.
 *
 * @param name what is counted, in words joined by dots
 * @param tags what it is counted of, for example the peer; sorted by key
 * @param level whether it rises and falls; false when it counts
 * @param value as it stood when the file was written
 */
public record Reading(String name, Map<String, String> tags, boolean level, long value) {}
