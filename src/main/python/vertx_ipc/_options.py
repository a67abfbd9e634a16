"""What a node can be told, and what is checked of it."""

from __future__ import annotations

import os
from typing import Any, Iterable, NamedTuple, Optional, Sequence, Tuple, Union

from ._access import Access
from ._node import NodeConfig
from ._protocol import has_rings
from ._record import is_name
from ._ring import size_of
from ._sessions import Imports, require_address


class Options(NamedTuple):
    """All options of a bus, checked."""

    config: NodeConfig
    exports: Tuple[str, ...]
    imports: Tuple[str, ...]
    receive_queue_bytes: int


def _addresses(what: str, addresses: Sequence[str]) -> Tuple[str, ...]:
    if isinstance(addresses, (str, bytes)) or not isinstance(addresses, Iterable):
        raise TypeError("%s: a list of addresses is needed, and not %r" % (what, addresses))
    return tuple(addresses)


def _number(what: str, value: Any, least: int, most: int) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most:
        raise ValueError("%s is %r, expected %d to %d" % (what, value, least, most))
    return value


def _seconds(what: str, value: float) -> float:
    if not isinstance(value, (int, float)) or not 0 <= value <= 3600:
        raise ValueError("%s is %r, expected 0 to 3600 seconds" % (what, value))
    return float(value)


def check_options(
    bus: str,
    node: Optional[str],
    transport: str,
    exports: Sequence[str],
    imports: Sequence[str],
    directory: Union[str, "os.PathLike[str]", None],
    group: Union[str, int, None],
    ring_bytes: int,
    pipe_bytes: int,
    max_message_bytes: int,
    send_queue_bytes: int,
    receive_queue_bytes: int,
    start_timeout: float,
    close_timeout: float,
) -> Options:
    """Returns the options.

    :raises ValueError: when one is out of its range
    :raises TypeError: when one is of another type
    """
    passing = node is None
    # A process may be on several buses, and twice on one under two names.
    name = "python-%d-%s" % (os.getpid(), os.urandom(4).hex()) if node is None else node
    for what, value in (("bus", bus), ("node", name)):
        if not isinstance(value, str) or not is_name(value):
            raise ValueError(
                "%s is %r, expected 1 to 64 of A-Z a-z 0-9 . _ -, and no dot or hyphen at first" % (what, value)
            )
    if transport not in ("fifo", "shm"):
        raise ValueError("transport is %r, expected 'fifo' or 'shm'" % (transport,))
    if transport == "shm" and not has_rings():
        raise ValueError("transport 'shm' needs CPython on x86-64; elsewhere it is 'fifo'")
    size_of(_number("ring_bytes", ring_bytes, 1, 1 << 30))
    access = Access(None if group is None else str(group))
    config = NodeConfig(
        bus=bus,
        node=name,
        passing=passing,
        transport=transport,
        buses=os.path.abspath(directory or "/dev/shm/vertx-ipc-" + access.suffix),
        access=access,
        ring_bytes=ring_bytes,
        pipe_bytes=_number("pipe_bytes", pipe_bytes, 4096, 1 << 30),
        max_message_bytes=_number("max_message_bytes", max_message_bytes, 1024, 1 << 30),
        send_queue_bytes=_number("send_queue_bytes", send_queue_bytes, 1024, 1 << 40),
        start_timeout=_seconds("start_timeout", start_timeout),
        close_timeout=_seconds("close_timeout", close_timeout),
    )
    exported = tuple(require_address(address) for address in _addresses("exports", exports))
    imported = _addresses("imports", imports)
    Imports(imported)
    return Options(
        config, exported, imported, _number("receive_queue_bytes", receive_queue_bytes, 1024, 1 << 40)
    )
