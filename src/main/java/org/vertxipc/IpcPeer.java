package org.vertxipc;

import java.util.List;

/**
 * The state of another node of the bus at one moment.
 *
 * @param node its name
 * @param up false when it is gone
 * @param reason why it is gone: it left, died, or what was wrong with it; null while it is up
 * @param exports the addresses that it exports
 * @param queuedBytes how many bytes wait for it in this process
 */
public record IpcPeer(
    String node, boolean up, String reason, List<String> exports, long queuedBytes) {}
