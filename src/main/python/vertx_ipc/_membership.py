"""This node's place in the bus directory: its lock, its door and its record, and the guard of its name."""

from __future__ import annotations

import atexit
import os
import time
from typing import List, Optional

from ._access import unlink
from ._directory import BusDirectory, Guard, directory_log, is_same
from ._errors import BadFileError, BusError
from ._record import MAX_RECORD_BYTES, encode_record, own_record

# How often a name is tried that somebody holds: who cleans up after a dead node of our name has it for a moment.
_LOCKED_ATTEMPTS = 20
_MISSING_ATTEMPTS = 100
# How long a name is left alone that is guarded, while no node has locked it, in seconds.
_CONTESTED_SECONDS = 2.0

CLAIM_PAUSE = 0.01
"""How long to wait between two calls of :meth:`Membership.claim`, in seconds."""


class Membership:
    """The place of a node. Nothing here waits."""

    def __init__(self, directory: BusDirectory, node: str, incarnation: int, transport: str, passing: bool) -> None:
        self._directory = directory
        self._node = node
        self._record = encode_record(own_record(node, incarnation, transport, passing))
        if len(self._record) > MAX_RECORD_BYTES:
            raise BusError("%d bytes of node.json, at most %d" % (len(self._record), MAX_RECORD_BYTES))
        self._pid = os.getpid()
        self._lock: Optional[int] = None
        self._guard: Optional[Guard] = None
        self._door_status: Optional[os.stat_result] = None
        self._record_status: Optional[os.stat_result] = None
        self._locked = self._missing = 0
        self._contested_until = time.monotonic() + _CONTESTED_SECONDS

    @property
    def door_path(self) -> str:
        """Returns the path of the FIFO at which others knock."""
        return self._directory.node_path(self._node, "door")

    @property
    def record_path(self) -> str:
        """Returns the path of what the node publishes."""
        return self._directory.node_path(self._node, "node.json")

    def claim(self) -> bool:
        """Takes the name and publishes the node; returns False when it is to be tried again in a moment.

        :raises BusError: when another process has the name, or a directory is not what it should be
        """
        try:
            self._directory.ensure()
            fd = self._directory.lock(self._node, True)
        except FileNotFoundError:
            # The last node of the bus removed the directory just now: make it again.
            self._missing += 1
            if self._missing > _MISSING_ATTEMPTS:
                raise
            return False
        if fd is None:
            self._locked += 1
            if self._locked > _LOCKED_ATTEMPTS:
                raise self._in_use()
            return False
        return self._claim_locked(fd)

    def _claim_locked(self, fd: int) -> bool:
        guard: Optional[Guard] = None
        try:
            guard = Guard(self._directory.buses, self._directory.bus, self._node)
            contested = guard.is_contested()
            if contested and time.monotonic() < self._contested_until:
                # Its owner, whose files were removed, must find the lock free when it publishes itself anew.
                self._give_back(fd, guard)
                return False
            if contested:
                directory_log.warning(
                    "Node name '%s' is guarded, but no node has locked it for %d s: taking it",
                    self._node,
                    _CONTESTED_SECONDS,
                )
            self._lock, self._guard = fd, guard
            self._directory.remove(self._node)
            self._directory.access.mkdir(self._directory.node_path(self._node))
            self._make_door()
            self._make_record()
        except FileNotFoundError:
            self._give_back(fd, guard)
            return False
        except BaseException:
            self._give_back(fd, guard)
            raise
        atexit.register(self._remove_files)
        return True

    def _give_back(self, fd: int, guard: Optional[Guard]) -> None:
        published = self._lock is not None
        self._lock = self._guard = None
        try:
            # The lock of what can't be removed stays, by which others see that it is dead.
            if (not published or self._remove_half()) and self._directory.is_named(self._node, fd):
                unlink(self._directory.lock_path(self._node))
        finally:
            os.close(fd)
            if guard is not None:
                guard.close()
        self._directory.remove_if_empty()

    def _remove_half(self) -> bool:
        try:
            self._directory.remove(self._node)
        except OSError as e:
            directory_log.warning("Files of node %s are left behind: %s", self._node, e)
            return False
        return True

    def _in_use(self) -> BusError:
        by = ""
        try:
            holder = self._directory.read(self._node)
            by = "" if holder is None else " by process %d" % holder.pid
        except (OSError, BadFileError) as e:
            directory_log.debug("No record of the node that holds %s: %s", self._node, e)
        return BusError("Node name '%s' is in use%s on the bus in %s" % (self._node, by, self._directory.path))

    def _make_door(self) -> None:
        unlink(self.door_path)
        self._directory.access.mkfifo(self.door_path)
        self._door_status = os.lstat(self.door_path)

    def _make_record(self) -> None:
        draft = self.record_path + ".new"
        unlink(draft)
        fd = self._directory.access.create(draft, os.O_WRONLY)
        try:
            os.write(fd, self._record)
        finally:
            os.close(fd)
        os.rename(draft, self.record_path)
        self._record_status = os.lstat(self.record_path)

    def open_door(self) -> int:
        """Returns the reading end of the door, which is also open for writing: so it never hangs up."""
        return self._directory.access.open(self.door_path, os.O_RDWR, True)

    def mend(self) -> List[str]:
        """Makes files of this node anew that somebody has removed; returns their paths.

        :raises BusError: when another node has taken the name
        :raises OSError: when they can't be made
        """
        made: List[str] = []
        if self._lock is None:
            return made
        if not self._directory.is_named(self._node, self._lock):
            self._directory.ensure()
            fd = self._directory.lock(self._node, True)
            if fd is None:
                raise self._in_use()
            os.close(self._lock)
            self._lock = fd
            made.append(self._directory.lock_path(self._node))
        if not is_same(self.door_path, self._door_status):
            self._directory.access.ensure_directory(self._directory.node_path(self._node))
            self._make_door()
            made.append(self.door_path)
        if not is_same(self.record_path, self._record_status):
            self._make_record()
            made.append(self.record_path)
        return made

    def release(self) -> None:
        """Removes the node, and releases the name. Does nothing the second time."""
        if self._lock is None:
            return
        atexit.unregister(self._remove_files)
        self._remove_files()
        os.close(self._lock)
        self._lock = None
        if self._guard is not None:
            self._guard.close()

    def _remove_files(self) -> None:
        # A forked child ends without taking its parent's files along.
        if self._lock is not None and os.getpid() == self._pid:
            try:
                self._directory.release(self._node, self._lock)
            except OSError as e:
                directory_log.warning("Files of node %s are left behind: %s", self._node, e)

    def abandon(self) -> None:
        """Forgets the place in a forked child: the locks are the parent's, and end with its last descriptor of them."""
        if self._lock is not None:
            os.close(self._lock)
            self._lock = None
        if self._guard is not None:
            self._guard.close()
        atexit.unregister(self._remove_files)
