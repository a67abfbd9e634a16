"""The FIFO at which other nodes knock, and knocks, see ``docs/bus-directory.md``."""

from __future__ import annotations

import asyncio
import errno
import os
import struct
from typing import Callable, NamedTuple

from ._access import Access
from ._directory import directory_log
from ._protocol import KNOCK_VERSION

KNOCK_BYTES = 128
_KNOCK_MAGIC = b"VIPK"
_KNOCK = struct.Struct("<4sHBBqq104s")
_COMPLAINT_SECONDS = 1.0


class Knock(NamedTuple):
    """A node says that the channel from the addressee to it is ready."""

    node: str
    incarnation: int
    addressee: int
    transport: int


def encode_knock(knock: Knock) -> bytes:
    """Returns the bytes of a knock."""
    name = knock.node.encode()
    return _KNOCK.pack(
        _KNOCK_MAGIC, KNOCK_VERSION, knock.transport, len(name), knock.incarnation, knock.addressee, name
    )


def decode_knock(data: bytes) -> Knock:
    """Reads a knock.

    :raises ValueError: when it is none, or of another version
    """
    magic, version, transport, length, incarnation, addressee, name = _KNOCK.unpack(data)
    if magic != _KNOCK_MAGIC:
        raise ValueError("not a knock: %s" % magic.hex())
    if version != KNOCK_VERSION:
        raise ValueError("knock of version %d, this is version %d" % (version, KNOCK_VERSION))
    if not 1 <= length <= len(name):
        raise ValueError("node name of %d bytes" % length)
    return Knock(name[:length].decode("utf-8", "replace"), incarnation, addressee, transport)


class Door:
    """Reads knocks."""

    def __init__(self, loop: asyncio.AbstractEventLoop, fd: int, on_knock: Callable[[Knock], None]) -> None:
        self._loop = loop
        self._fd = fd
        self.status = os.fstat(fd)
        self._on_knock = on_knock
        self._complained = 0.0
        self.closed = False
        loop.add_reader(fd, self._ready)

    def _ready(self) -> None:
        try:
            data = os.read(self._fd, 32 * KNOCK_BYTES)
        except BlockingIOError:
            return
        for at in range(0, len(data) - KNOCK_BYTES + 1, KNOCK_BYTES):
            try:
                knock = decode_knock(data[at : at + KNOCK_BYTES])
            except ValueError as e:
                self.complain("A knock is ignored: %s" % e)
            else:
                self._on_knock(knock)
                if self.closed:
                    return

    def complain(self, sentence: str) -> None:
        """Logs a warning, unless there was one a moment ago: anybody may write to a door."""
        now = self._loop.time()
        if not self._complained or now - self._complained > _COMPLAINT_SECONDS:
            self._complained = now
            directory_log.warning(sentence)

    def close(self) -> None:
        """Closes it. Does nothing the second time."""
        if not self.closed:
            self._loop.remove_reader(self._fd)
            self.abandon()

    def abandon(self) -> None:
        """Closes the descriptor in a forked child."""
        if not self.closed:
            self.closed = True
            os.close(self._fd)


def knock_at(access: Access, path: str, knock: Knock) -> None:
    """Knocks at the door of another node. When nobody is there, or its FIFO is full, nothing happens."""
    try:
        fd = access.open(path, os.O_WRONLY, True)
    except OSError as e:
        if isinstance(e, FileNotFoundError) or e.errno == errno.ENXIO:
            return  # It is not open. The lock of the node says whether it is dead.
        raise
    try:
        os.write(fd, encode_knock(knock))
    except (BlockingIOError, BrokenPipeError):
        pass
    finally:
        os.close(fd)
