"""Channels, and those that are FIFOs, watched by an event loop of asyncio.

The reading end makes the files and removes them; the writing end opens them. As long as the writing end of a FIFO is
open its process lives: the kernel closes it with the process.
"""

from __future__ import annotations

import asyncio
import fcntl
import logging
import os
from typing import Optional

from ._access import Access, unlink
from ._errors import ProtocolError
from ._frames import pieces
from ._protocol import FIFO_MAX

channels_log = logging.getLogger("vertx_ipc")

# How much is taken from a ring in one turn of the event loop, so that others get theirs, in bytes.
TURN_BYTES = 256 * 1024
# How much is collected before it is written without waiting for the end of the turn, in bytes.
FLUSH_BYTES = 64 * 1024
_WRITE_BYTES = 1 << 20
# How much is read from a FIFO with one call. The C library asks the kernel for the memory of a longer one each time, which
# takes longer than the call itself.
_READ_BYTES = 64 * 1024
_F_SETPIPE_SZ = 1031
# What a frame that waits takes besides its bytes.
WAITING_BYTES = 128


class InboundHandler:
    """Takes what comes by a channel."""

    def on_record(self, record: bytes) -> None:
        """A record has arrived."""

    def on_nudge(self) -> None:
        """The peer asks to look whether there is room on the way to it."""

    def on_room_made(self) -> None:
        """The peer waits for room, and there is some: it is to be nudged."""

    def on_end(self, cause: Optional[Exception]) -> None:
        """Nothing more will come; None when the writer is just gone."""


class OutboundHandler:
    """Is told what happens to the way out."""

    def on_room(self) -> None:
        """There is room again, and less waits."""

    def on_broken(self, cause: Optional[Exception]) -> None:
        """Nothing can be written any more; None when the reader is just gone."""


def make_fifo(access: Access, path: str) -> int:
    """Makes a FIFO and returns its reading end."""
    access.mkfifo(path)
    try:
        return access.open(path, os.O_RDONLY, True)
    except BaseException:
        unlink(path)
        raise


class Inbound:
    """The reading end of a channel."""

    def __init__(self, loop: asyncio.AbstractEventLoop, fd: int) -> None:
        self._loop = loop
        self._fd = fd
        self._handler: Optional[InboundHandler] = None
        self._watched = False
        self.paused = False
        self.closed = False

    def abandon(self) -> None:
        """Closes the descriptor in a forked child, and touches nothing else: the rest is shared with the parent."""
        if not self.closed:
            self.closed = True
            os.close(self._fd)

    def start(self, handler: InboundHandler) -> None:
        """Begins to read."""
        self._handler = handler
        self._watch(not self.paused)

    def _watch(self, wanted: bool) -> None:
        if wanted != self._watched:
            self._watched = wanted
            if wanted:
                self._loop.add_reader(self._fd, self._ready)
            else:
                self._loop.remove_reader(self._fd)

    def set_paused(self, paused: bool) -> None:
        """Stops or resumes reading; meanwhile the writer runs out of room and has to wait."""
        self.paused = paused
        if self._handler is not None and not self.closed:
            self._resume(paused)

    def _resume(self, paused: bool) -> None:
        self._watch(not paused)

    def _ready(self) -> None:
        raise NotImplementedError

    def _end(self, cause: Optional[Exception]) -> None:
        if not self.closed and self._handler is not None:
            self._watch(False)
            self._handler.on_end(cause)

    def _fail(self, cause: Exception) -> None:
        """Ends it because of a fault. One that nobody expects is told with its place in the code."""
        if not isinstance(cause, (ProtocolError, OSError)):
            channels_log.error("What a peer has sent can't be handled", exc_info=cause)
        self._end(cause)

    def close(self) -> None:
        """Closes it and removes its files. Does nothing the second time."""
        if not self.closed:
            self.closed = True
            self._watch(False)
            os.close(self._fd)
            self._remove()

    def _remove(self) -> None:
        raise NotImplementedError


class FifoInbound(Inbound):
    """Reads records from a FIFO."""

    def __init__(self, loop: asyncio.AbstractEventLoop, access: Access, base: str, pipe_bytes: int) -> None:
        self._path = base + ".fifo"
        super().__init__(loop, make_fifo(access, self._path))
        self._rest = b""
        try:
            fcntl.fcntl(self._fd, _F_SETPIPE_SZ, pipe_bytes)
        except OSError:
            pass  # The kernel has given this user enough already; it goes with the size that there is.

    def _ready(self) -> None:
        try:
            data = os.read(self._fd, _READ_BYTES)
        except BlockingIOError:
            return
        except OSError as e:
            self._end(e)
            return
        if not data:
            self._end(None)
            return
        self._take(data)

    def _take(self, data: bytes = b"") -> None:
        try:
            self._records(self._rest + data if self._rest else data)
        except Exception as e:
            self._fail(e)
        except BaseException:
            # Ctrl-C, or an exit, in the consumer of one message: those behind it are still to be read.
            self._loop.call_soon(self._take)
            raise

    def _records(self, data: bytes) -> None:
        handler = self._handler
        assert handler is not None
        at, end = 0, len(data)
        try:
            while end - at >= 4:
                length = int.from_bytes(data[at : at + 4], "little")
                if length > FIFO_MAX:
                    raise ProtocolError("%s: record of %d bytes, at most %d" % (self._path, length, FIFO_MAX))
                start, behind = at + 4, at + 4 + length
                if behind > end:
                    break
                at = behind
                if length:
                    handler.on_record(data[start:behind])
                else:
                    handler.on_nudge()
                if self.closed:
                    return
        finally:
            self._rest = data[at:]

    def _remove(self) -> None:
        unlink(self._path)


class Outbound:
    """The writing end of a channel."""

    max_record = 0

    def __init__(self, loop: asyncio.AbstractEventLoop, fd: int, handler: OutboundHandler) -> None:
        self._loop = loop
        self._fd = fd
        self._handler = handler
        self.closed = False
        # What waits in this process because the channel has no room, or the turn is not over, in bytes.
        self.queued = 0
        # The kernel reports the end of the reader as an event that needs no interest of its own.
        loop.add_reader(fd, self._reader_gone)

    def abandon(self) -> None:
        """Closes the descriptor in a forked child, and touches nothing else: the rest is shared with the parent."""
        if not self.closed:
            self.closed = True
            os.close(self._fd)

    def _reader_gone(self) -> None:
        self._broken(None)

    def _broken(self, cause: Optional[Exception]) -> None:
        if not self.closed:
            self._loop.remove_reader(self._fd)
            self._handler.on_broken(cause)

    def put(self, frame: bytes) -> None:
        """Adds a frame to what waits."""
        if len(frame) <= self.max_record:
            self._put_record(frame)
        else:
            for piece in pieces(frame, self.max_record):
                self._put_record(piece)

    def _put_record(self, frame: bytes) -> None:
        raise NotImplementedError

    def flush(self) -> None:
        """Writes as much as there is room for."""
        raise NotImplementedError

    def nudge(self) -> None:
        """Asks the peer to look whether there is room on the way to this node."""
        raise NotImplementedError

    def close(self) -> None:
        """Closes it. What waits is given up."""
        if not self.closed:
            self.closed = True
            self._loop.remove_reader(self._fd)
            self._close()
            os.close(self._fd)

    def _close(self) -> None:
        """Gives back what else there is."""


class FifoOutbound(Outbound):
    """Collects records, and writes many with one call."""

    max_record = FIFO_MAX

    def __init__(
        self, loop: asyncio.AbstractEventLoop, access: Access, base: str, handler: OutboundHandler
    ) -> None:
        super().__init__(loop, access.open(base + ".fifo", os.O_WRONLY, True), handler)
        self._buffer = bytearray()
        self._waiting = False
        # Where the last nudge in the buffer ends; 0 or less when none waits there.
        self._nudge_end = 0

    def put(self, frame: bytes) -> None:
        length = len(frame)
        if length > FIFO_MAX:
            super().put(frame)
            return
        buffer = self._buffer
        buffer += length.to_bytes(4, "little")
        buffer += frame
        self.queued += length + 4

    _put_record = put

    def flush(self) -> None:
        if self._waiting or self.closed:
            return
        buffer, at = self._buffer, 0
        try:
            with memoryview(buffer) as view:
                while at < len(buffer):
                    at += os.write(self._fd, view[at : at + _WRITE_BYTES])
        except BlockingIOError:
            self._waiting = True
            self._loop.add_writer(self._fd, self._writable)
        except OSError as e:
            self._broken(None if isinstance(e, BrokenPipeError) else e)
            return
        del buffer[:at]
        self._nudge_end -= at
        self.queued = len(buffer)

    def _writable(self) -> None:
        self._loop.remove_writer(self._fd)
        self._waiting = False
        self.flush()
        if not self.closed:
            self._handler.on_room()

    def nudge(self) -> None:
        # It goes behind the frames that wait here, which do not make the peer look for room. One that waits is enough.
        if self._nudge_end <= 0:
            self._buffer += b"\0\0\0\0"
            self._nudge_end = len(self._buffer)
        self.flush()

    def _close(self) -> None:
        if self._waiting:
            self._loop.remove_writer(self._fd)
        self._buffer.clear()
        self.queued = 0
