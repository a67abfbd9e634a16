package org.vertxipc;

import java.util.List;

/**
 * Another node of the bus as it is at a moment.
 *
 * @param node its name
 * @param up false when it is gone
 * @param reason why it is gone: it left, died, or what was wrong with it; null while it is up
 * @param exports the addresses that it exports
 * @param queuedBytes what waits for it in this process, in bytes
 */
public record IpcPeer(
    String node, boolean up, String reason, List<String> exports, long queuedBytes) {}
