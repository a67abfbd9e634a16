"""The files by which the nodes of a bus find each other, see ``docs/bus-directory.md``.

Whoever holds the lock on ``NODE.lock`` owns the name, and only the owner may touch the directory ``NODE/``. A node
holds it for life, so a lock that is free means that its node is dead, and whoever takes it may clean up.
"""

from __future__ import annotations

import hashlib
import logging
import os
import stat
from typing import Dict, List, Optional

from ._access import OPEN_FLAGS, Access, is_held, rmdir, share_byte, try_lock, unlink
from ._errors import BadFileError
from ._protocol import STREAMS
from ._record import MAX_RECORD_BYTES, NodeRecord, decode_record, is_name

# Of how many dead nodes the counters are kept.
MOST_DEAD = 16

directory_log = logging.getLogger("vertx_ipc")


class Guard:
    """Marks a name as in use even when somebody has removed every file of the bus."""

    def __init__(self, buses: str, bus: str, node: str) -> None:
        parent, name = os.path.split(os.path.abspath(buses))
        digest = hashlib.sha256(("%s/%s/%s" % (name, bus, node)).encode()).digest()
        self._at = int.from_bytes(digest[:8], "big") >> 2
        self.fd = -1
        try:
            self.fd = os.open(parent, os.O_RDONLY | os.O_CLOEXEC)
        except PermissionError:
            directory_log.debug("Names are not guarded against the removal of %s", buses)
            return
        share_byte(self.fd, self._at)

    def is_contested(self) -> bool:
        """Returns whether somebody else marks the name as in use, too."""
        return self.fd >= 0 and is_held(self.fd, self._at, 1)

    def close(self) -> None:
        """Lets it go."""
        if self.fd >= 0:
            os.close(self.fd)
            self.fd = -1


class BusDirectory:
    """The directory of a bus. All methods block, most of them for a few system calls."""

    def __init__(self, access: Access, buses: str, bus: str) -> None:
        self.access = access
        self.buses = os.path.abspath(buses)
        self.path = os.path.join(self.buses, bus)
        self.bus = bus
        self._said: Dict[str, str] = {}

    def node_path(self, node: str, *names: str) -> str:
        """Returns the path of the directory of a node, or of something in it."""
        return os.path.join(self.path, node, *names)

    def lock_path(self, node: str) -> str:
        """Returns the path of the lock of a node."""
        return os.path.join(self.path, node + ".lock")

    def ensure(self) -> None:
        """Makes the directory of the bus, or checks the existing one."""
        self.access.ensure_directory(self.buses)
        self.access.ensure_directory(self.path)

    def lock(self, node: str, create: bool) -> Optional[int]:
        """Takes the lock of a name; returns its descriptor, or None when somebody holds it.

        :raises FileNotFoundError: when it is not there and is not to be created, or its directory is gone
        """
        path = self.lock_path(node)
        while True:
            fd = os.open(path, os.O_RDWR | OPEN_FLAGS | (os.O_CREAT if create else 0), 0o600)
            kept = False
            try:
                if create and os.fstat(fd).st_uid == os.getuid():
                    self.access.grant(fd, path, self.access.mode)
                self.access.require(fd, path, False)
                if not try_lock(fd):
                    return None
                kept = self.is_named(node, fd)
                if kept:
                    return fd
            finally:
                if not kept:
                    os.close(fd)
            # Its owner removed the file between open and lock: the lock was on a file without a name.
            if not create:
                return None

    def is_named(self, node: str, fd: int) -> bool:
        """Returns whether the name leads to the lock that this process holds."""
        return is_same(self.lock_path(node), os.fstat(fd))

    def is_alive(self, node: str) -> bool:
        """Returns whether a node holds its lock."""
        try:
            fd = os.open(self.lock_path(node), os.O_RDWR | OPEN_FLAGS)
        except FileNotFoundError:
            return False
        try:
            return is_held(fd)
        finally:
            os.close(fd)

    def read(self, node: str) -> Optional[NodeRecord]:
        """Returns the record of a node, or None when it has none, or none any more.

        :raises BadFileError: when it is not what it should be
        """
        path = self.node_path(node, "node.json")
        try:
            fd = self.access.open(path, os.O_RDONLY, False)
        except FileNotFoundError:
            return None
        except NotADirectoryError as e:
            raise BadFileError("%s is no directory" % os.path.dirname(path)) from e
        except PermissionError as e:
            raise BadFileError("%s can't be read by this user" % path) from e
        try:
            data = os.read(fd, MAX_RECORD_BYTES + 1)
        finally:
            os.close(fd)
        if len(data) > MAX_RECORD_BYTES:
            raise BadFileError("%s is longer than %d bytes" % (path, MAX_RECORD_BYTES))
        record = decode_record(data, path)
        if record.node != node:
            raise BadFileError("%s is the record of node %s" % (path, record.node))
        return record

    def published(self, node: str, incarnation: int) -> Optional[NodeRecord]:
        """Returns the record of a node if it is alive and has the given incarnation, else None."""
        if not self.is_alive(node):
            return None
        record = self.read(node)
        return record if record is not None and record.incarnation == incarnation else None

    def nodes(self) -> List[str]:
        """Returns all nodes that have a lock file, dead or alive."""
        return sorted(name[:-5] for name in os.listdir(self.path) if name.endswith(".lock") and is_name(name[:-5]))

    def scan(self, own: str) -> List[NodeRecord]:
        """Returns the other members that are alive and published; cleans up after dead nodes."""
        alive = []
        for node in self.nodes():
            if node == own:
                continue
            try:
                if self.is_alive(node):
                    record = self.read(node)
                    if record is not None and record.transport != STREAMS:
                        alive.append(record)
                    self._said.pop(node, None)
                else:
                    self.clean_if_dead(node)
            except (OSError, BadFileError) as e:
                self._warn(node, "Node %s is ignored: %s" % (node, e))
        return alive

    def _warn(self, node: str, sentence: str) -> None:
        """Says once what is wrong with a node, because others look at it again and again."""
        if self._said.get(node) != sentence:
            self._said[node] = sentence
            directory_log.warning(sentence)

    def clean_if_dead(self, node: str) -> bool:
        """Removes what a dead node left; returns False when somebody holds its lock."""
        try:
            fd = self.lock(node, False)
            if fd is None:
                return False
            try:
                if self._names_objects(node):
                    # Only nodes that make such objects know how to remove them; the next of these does.
                    self._warn(node, "Node %s is dead; its queues or segments are left to other nodes" % node)
                    return True
                self._keep_counters(node)
                self.release(node, fd)
            finally:
                os.close(fd)
            self._said.pop(node, None)
        except FileNotFoundError:
            pass  # Another node has cleaned up.
        except (OSError, BadFileError) as e:
            self._warn(node, "Can't clean up after node %s: %s" % (node, e))
        return True

    def release(self, node: str, fd: int) -> None:
        """Removes a node whose lock this process holds, and the directories that are empty then."""
        if self.is_named(node, fd):
            self.remove(node)
            unlink(self.lock_path(node))
        self.remove_if_empty()

    def _keep_counters(self, node: str) -> None:
        """Keeps what a dead node had counted, which tools show, as long as the bus has nodes."""
        counters, dead = self.node_path(node, "counters"), os.path.join(self.path, ".dead")
        try:
            if os.path.lexists(counters):
                self.access.ensure_directory(dead)
                os.rename(counters, os.path.join(dead, node))
                kept = sorted((os.path.join(dead, name) for name in os.listdir(dead)), key=os.path.getmtime)
                for path in kept[:-MOST_DEAD]:
                    unlink(path)
        except (OSError, BadFileError) as e:
            directory_log.debug("The counters of node %s are not kept: %s", node, e)

    def remove_if_empty(self) -> None:
        """Removes the directory of the bus, and the one above, if nothing is in them."""
        try:
            dead = os.path.join(self.path, ".dead")
            if os.path.lexists(dead) and not self.nodes():
                for name in os.listdir(dead):
                    unlink(os.path.join(dead, name))
                rmdir(dead)
        except OSError as e:
            directory_log.debug("Counters of dead nodes are left behind: %s", e)
        try:
            rmdir(os.path.join(self.path, ".at"))
            if rmdir(self.path):
                rmdir(self.buses)
        except OSError as e:
            # Somebody else made this directory for us, perhaps where we may remove nothing.
            directory_log.debug("A directory is left behind: %s", e)

    def remove(self, node: str) -> None:
        """Removes the directory of a node with the files in it."""
        path = self.node_path(node)
        try:
            if not stat.S_ISDIR(os.lstat(path).st_mode):
                os.unlink(path)
                return
            for name in os.listdir(path):
                unlink(os.path.join(path, name))
        except FileNotFoundError:
            return
        if not rmdir(path):
            raise OSError("%s is not empty and can't be removed" % path)

    def _names_objects(self, node: str) -> bool:
        """Returns whether files of a node name objects in the kernel, which have to be removed before them."""
        try:
            return any(name.endswith((".sysv", ".mq")) for name in os.listdir(self.node_path(node)))
        except (FileNotFoundError, NotADirectoryError):
            return False


def is_same(path: str, status: Optional[os.stat_result]) -> bool:
    """Returns whether a path leads to a certain file."""
    try:
        found = os.lstat(path)
    except FileNotFoundError:
        return False
    return status is not None and (found.st_dev, found.st_ino) == (status.st_dev, status.st_ino)
