"""The numbers of the protocol, see ``docs/wire.md`` and ``docs/bus-directory.md``, and what Python can do of it."""

from __future__ import annotations

import platform
import sys
from typing import Dict, List

# All versions are here. A peer of another version is refused by the one that reads it.
PROTOCOL_VERSION = 3
RING_VERSION = 2
NODE_VERSION = 3
KNOCK_VERSION = 2

# Kinds of frames: their first byte.
HELLO = 1
EXPORT = 2
WITHDRAW = 3
SYNCED = 4
BYE = 5
SEND = 6
PUBLISH = 7
REQUEST = 8
REPLY = 9
FRAGMENT_FIRST = 10
FRAGMENT_NEXT = 11
STORED = 12
AVAILABLE = 13
UNAVAILABLE = 14
BOUNCE = 15
RELAYED = 16

MESSAGES = frozenset((SEND, PUBLISH, REQUEST, REPLY))
ANNOUNCEMENTS = frozenset((EXPORT, WITHDRAW, SYNCED, AVAILABLE, UNAVAILABLE))

# The longest payload of a record in a FIFO, in bytes.
FIFO_MAX = 131068

# Through how many Vert.x a message may be passed on.
MAX_WAY = 16

# The lowest bit of an incarnation on the way of a message says that this Vert.x gave the message back.
TRIED = 1

MAX_EXPORTS_OF_A_PEER = 100_000

TRANSPORTS: Dict[str, int] = {"fifo": 1, "shm": 2, "sysv": 3, "anonymous": 4, "mqueue": 5, "mapped": 6}
TRANSPORT_NAMES: Dict[int, str] = {number: name for name, number in TRANSPORTS.items()}

# What a node has in place of a transport that is no member of the bus.
STREAMS = "streams"

_LONG = 1 << 64


def has_rings() -> bool:
    """Returns whether this Python can share a ring with another process.

    The order in which another processor sees stores and loads matters there. On x86-64 stores are seen in their order,
    and CPython makes each of 8 aligned bytes with one instruction; nothing in the standard library promises that
    elsewhere.
    """
    return (
        platform.machine() in ("x86_64", "AMD64") and sys.byteorder == "little" and sys.implementation.name == "cpython"
    )


def writes() -> List[str]:
    """Returns the transports by which this Python can write."""
    return ["fifo", "shm"] if has_rings() else ["fifo"]


def hex_of(incarnation: int) -> str:
    """Returns an incarnation as it is in names of files and in ``node.json``."""
    return "%016x" % (incarnation % _LONG)


def signed(number: int) -> int:
    """Returns the signed number of 64 bits that has the same bits."""
    number %= _LONG
    return number - _LONG if number >= _LONG >> 1 else number
