"""Channels that are rings in shared memory, each with a FIFO as doorbell."""

from __future__ import annotations

import asyncio
import collections
import mmap
import os
from typing import Deque, Optional

from ._access import Access, unlink
from ._channels import TURN_BYTES, WAITING_BYTES, Inbound, InboundHandler, Outbound, OutboundHandler, make_fifo
from ._errors import BadFileError, ProtocolError
from ._ring import DATA, MAX_CAPACITY, RingReader, RingWriter, initialize, size_of


class RingInbound(Inbound):
    """Reads records from a ring."""

    def __init__(self, loop: asyncio.AbstractEventLoop, access: Access, base: str, capacity: int) -> None:
        self._ring_path, self._bell_path = base + ".ring", base + ".bell"
        super().__init__(loop, make_fifo(access, self._bell_path))
        self._ended = False
        self._soon: Optional[asyncio.Handle] = None
        try:
            self._map = self._make_ring(access, capacity)
        except BaseException:
            os.close(self._fd)
            unlink(self._bell_path)
            raise
        self._ring = RingReader(memoryview(self._map))

    def _make_ring(self, access: Access, capacity: int) -> mmap.mmap:
        fd = access.create(self._ring_path, os.O_RDWR)
        try:
            # All of it is there from now on: what is full later would end this process.
            os.posix_fallocate(fd, 0, size_of(capacity))
            mapped = mmap.mmap(fd, size_of(capacity))
        except BaseException:
            unlink(self._ring_path)
            raise
        finally:
            os.close(fd)
        with memoryview(mapped) as view:
            initialize(view, capacity)
        return mapped

    def start(self, handler: InboundHandler) -> None:
        super().start(handler)
        if not self.paused:
            self._again()

    def _resume(self, paused: bool) -> None:
        # The bell stays watched: it also says that there is room on the other way.
        if not paused:
            self._again()

    def _again(self) -> None:
        if self._soon is None and not self.closed:
            self._soon = self._loop.call_soon(self._read)

    def _ready(self) -> None:
        try:
            rung = os.read(self._fd, 65536)
        except BlockingIOError:
            return
        except OSError as e:
            self._end(e)
            return
        if not rung:
            self._watch(False)
            self._ended = True
        elif self._handler is not None:
            self._handler.on_nudge()
        if self._soon is None:
            self._read()

    def _read(self) -> None:
        self._soon = None
        if self.closed or self.paused or self._handler is None:
            return
        try:
            self._ring.unpark()
            taken = self._ring.poll(self._handler.on_record, TURN_BYTES)
            if self.closed:
                return
            if taken and self._ring.writer_waits():
                self._handler.on_room_made()
            if self.closed or self.paused:
                return
            if self._ended and not self._ring.is_ready():
                self._end(None)
            elif self._ended or self._ring.is_ready() or not self._ring.park():
                self._again()
        except Exception as e:
            self._fail(e)
        except BaseException:
            # Ctrl-C, or an exit, in the consumer of one message: those behind it are still to be read.
            self._again()
            raise

    def _remove(self) -> None:
        if self._soon is not None:
            self._soon.cancel()
        self._ring.close()
        unlink(self._bell_path)
        unlink(self._ring_path)


class RingOutbound(Outbound):
    """Puts records into a ring of another process."""

    def __init__(
        self, loop: asyncio.AbstractEventLoop, access: Access, base: str, handler: OutboundHandler
    ) -> None:
        self._map = self._open_ring(access, base + ".ring")
        self._ring = RingWriter(memoryview(self._map))
        try:
            bell = access.open(base + ".bell", os.O_WRONLY, True)
        except BaseException:
            self._ring.close()
            raise
        super().__init__(loop, bell, handler)
        self.max_record = self._ring.max_record
        self._queue: Deque[bytes] = collections.deque()

    @staticmethod
    def _open_ring(access: Access, path: str) -> mmap.mmap:
        fd = access.open(path, os.O_RDWR, False)
        try:
            size = os.fstat(fd).st_size
            if not DATA < size <= DATA + MAX_CAPACITY:
                raise BadFileError("%s has %d bytes, which is no ring" % (path, size))
            return mmap.mmap(fd, size)
        finally:
            os.close(fd)

    def _put_record(self, frame: bytes) -> None:
        self._queue.append(frame)
        self.queued += len(frame) + WAITING_BYTES

    def flush(self) -> None:
        if self.closed:
            return
        try:
            while self._queue:
                before = len(self._queue)
                taken, sleeps = self._ring.write(self._queue)
                self.queued -= taken + (before - len(self._queue)) * WAITING_BYTES
                if sleeps:
                    self.nudge()
                if not self._queue or not self._ring.await_room(len(self._queue[0])):
                    return
        except ProtocolError as e:
            self._broken(e)

    def nudge(self) -> None:
        try:
            os.write(self._fd, b"\1")
        except BlockingIOError:
            pass  # It has been rung often enough.
        except OSError as e:
            self._broken(None if isinstance(e, BrokenPipeError) else e)

    def _close(self) -> None:
        self._ring.close()
        self._queue.clear()
        self.queued = 0
