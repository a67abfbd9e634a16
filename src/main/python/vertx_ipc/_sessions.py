"""What this node exports, and what it keeps about each peer."""

from __future__ import annotations

from typing import Dict, List, Optional, Sequence, Set

from ._errors import ProtocolError
from ._frames import decode_export, decode_number
from ._message import Request
from ._peer import Peer
from ._protocol import MAX_EXPORTS_OF_A_PEER
from ._windows import PublishWindow

_INTERNAL = "__vertx"


def is_shareable(address: str) -> bool:
    """Returns whether an address may be exported, and so imported."""
    return bool(address) and "*" not in address and not address.startswith(_INTERNAL)


def require_address(address: str) -> str:
    """Returns the address.

    :raises ValueError: when it may not be shared
    """
    if not isinstance(address, str) or not is_shareable(address):
        raise ValueError(
            "%r: an exact address is needed, without '*', that does not begin with '%s'" % (address, _INTERNAL)
        )
    return address


class Imports:
    """Which of the addresses that peers announce may be used here.

    A pattern is an exact address; a prefix followed by ``.*``; or ``*`` alone, which matches all.
    """

    def __init__(self, patterns: Sequence[str]) -> None:
        self._exact: Set[str] = set()
        prefixes: List[str] = []
        for pattern in patterns:
            if pattern == "*":
                prefixes.append("")
            elif isinstance(pattern, str) and pattern.endswith(".*") and is_shareable(pattern[:-1]):
                prefixes.append(pattern[:-1])
            else:
                self._exact.add(require_address(pattern))
        self._prefixes = tuple(prefixes)

    def match(self, address: str) -> bool:
        """Returns whether an address that a peer announces may be used."""
        if not is_shareable(address):
            return False  # A peer may announce anything.
        return address in self._exact or any(
            len(address) > len(prefix) and address.startswith(prefix) for prefix in self._prefixes
        )


class Export:
    """An address that others may reach, under a number that is used for no other."""

    __slots__ = ("number", "address", "withdrawn", "said_available")

    def __init__(self, number: int, address: str) -> None:
        self.number = number
        self.address = address
        self.withdrawn = False
        self.said_available = False


class Exports:
    """The addresses that this node lets others reach."""

    def __init__(self) -> None:
        self._by_address: Dict[str, Export] = {}
        self._by_number: List[Optional[Export]] = [None]

    def add(self, address: str) -> Optional[Export]:
        """Returns a new export, or None when the address is exported already."""
        if address in self._by_address:
            return None
        export = self._by_address[address] = Export(len(self._by_number), address)
        self._by_number.append(export)
        return export

    def remove(self, address: str) -> Optional[Export]:
        """Returns the removed export, or None when there was none. Messages that arrive late are given back."""
        export = self._by_address.pop(address, None)
        if export is not None:
            export.withdrawn = True
        return export

    def numbered(self, number: int) -> Optional[Export]:
        """Returns the export with a number, withdrawn or not; None when there was never one."""
        return self._by_number[number] if 0 < number < len(self._by_number) else None

    def get(self, address: str) -> Optional[Export]:
        """Returns the export of an address."""
        return self._by_address.get(address)

    def all(self) -> List[Export]:
        """Returns what is exported now."""
        return list(self._by_address.values())


class Route:
    """The way to an address that a peer exports."""

    __slots__ = ("address", "session", "number", "available", "exported")

    def __init__(self, address: str, session: "Session", number: int, available: bool) -> None:
        self.address = address
        self.session = session
        self.number = number
        # Whether the peer has said that it has a consumer, which is a hint.
        self.available = available
        self.exported = True

    @property
    def open(self) -> bool:
        """Returns whether a message can be sent."""
        return self.exported and self.session.peer.can_send()


class Session:
    """What this node keeps about a peer that is up."""

    def __init__(self, peer: Peer) -> None:
        self.peer = peer
        self.pending: Dict[int, Request] = {}
        self.routes: Dict[str, Route] = {}
        self.window: Optional[PublishWindow] = None
        self._by_number: Dict[int, Route] = {}
        # Withdrawn addresses are kept, because messages to them may come back.
        self._addresses: Dict[int, str] = {}

    def add(self, frame: bytes) -> Route:
        """Takes an announcement of an export.

        :raises ProtocolError: when there are too many, or it comes twice
        """
        number, address, available = decode_export(frame)
        if len(self._addresses) >= MAX_EXPORTS_OF_A_PEER:
            raise ProtocolError("more than %d exports" % MAX_EXPORTS_OF_A_PEER)
        if number in self._addresses or address in self.routes:
            raise ProtocolError("export number %d, '%s', is announced twice" % (number, address))
        route = Route(address, self, number, available)
        self._addresses[number] = address
        self._by_number[number] = route
        self.routes[address] = route
        return route

    def remove(self, frame: bytes) -> Optional[Route]:
        """Takes a withdrawal; returns the route that ends, or None when its number was no export."""
        route = self._by_number.pop(decode_number(frame), None)
        if route is not None:
            del self.routes[route.address]
            route.exported = False
        return route

    def hint(self, frame: bytes, available: bool) -> None:
        """Takes a hint whether an export has a consumer."""
        route = self._by_number.get(decode_number(frame))
        if route is not None:
            route.available = available

    def address(self, number: int) -> Optional[str]:
        """Returns the address that it exports under a number, or once did."""
        return self._addresses.get(number)

    def close(self) -> None:
        """Nothing can be sent to it any more."""
        for route in self.routes.values():
            route.exported = False
