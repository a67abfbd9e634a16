"""A peer in this process that says what a test says: it has its place on a bus, and writes what it is given."""

from __future__ import annotations

import asyncio
import os
from typing import Any, List, Optional
from unittest import mock

from support import BusTest
from vertx_ipc import Bus
from vertx_ipc._access import Access
from vertx_ipc._channels import FifoInbound, FifoOutbound, Inbound, InboundHandler, Outbound, OutboundHandler
from vertx_ipc._directory import BusDirectory
from vertx_ipc._door import Door, Knock, knock_at
from vertx_ipc._frames import Hello, encode_bare, encode_export, encode_hello
from vertx_ipc._membership import Membership
from vertx_ipc._protocol import SYNCED, TRANSPORTS, hex_of
from vertx_ipc._ring_channels import RingInbound, RingOutbound


class RawPeer(InboundHandler, OutboundHandler):
    """The peer of a bus that is started. It makes no frames but those of a proper beginning, when it is asked to."""

    def __init__(self, test: BusTest, bus: Bus, node: str, incarnation: int, transport: str = "fifo") -> None:
        assert bus._node is not None
        self._test = test
        self._loop = asyncio.get_running_loop()
        self._access = Access()
        self.bus = bus
        self.node = node
        self.incarnation = incarnation
        self.transport = transport
        self.addressee = bus._node.incarnation
        buses, name = os.path.split(bus.path)
        self._directory = BusDirectory(self._access, buses, name)
        self._membership = Membership(self._directory, node, incarnation, transport, False)
        self.knocks: List[Knock] = []
        self.frames: List[bytes] = []
        self.ended = False
        self._door: Optional[Door] = None
        self._inbound: Optional[Inbound] = None
        self.outbound: Optional[Outbound] = None

    async def __aenter__(self) -> "RawPeer":
        assert self._membership.claim()
        self._door = Door(self._loop, self._membership.open_door(), self.knocks.append)
        return self

    async def __aexit__(self, *exc: Any) -> None:
        for end in (self.outbound, self._inbound, self._door):
            if end is not None:
                end.close()
        self._membership.release()

    def door_of_bus(self) -> str:
        """Returns the path of the door at which it knocks."""
        return self._directory.node_path(self.bus.node, "door")

    def make_channel(self) -> None:
        """Makes the channel on which the bus is to write to it."""
        base = self._directory.node_path(self.node, "%s-%s" % (self.bus.node, hex_of(self.addressee)))
        if self.transport == "shm":
            self._inbound = RingInbound(self._loop, self._access, base, 4096)
        else:
            self._inbound = FifoInbound(self._loop, self._access, base, 1 << 16)

    def knock(self) -> None:
        """Says that the channel is ready."""
        knock = Knock(self.node, self.incarnation, self.addressee, TRANSPORTS[self.transport])
        knock_at(self._access, self.door_of_bus(), knock)

    async def connect(self) -> None:
        """Gets as far as the first frame of both."""
        self.make_channel()
        self.knock()
        await self._test.until(lambda: self.knocks)
        knock = self.knocks[0]
        assert (knock.node, knock.addressee) == (self.bus.node, self.incarnation), knock
        base = self._directory.node_path(knock.node, "%s-%s" % (self.node, hex_of(self.incarnation)))
        kind = RingOutbound if knock.transport == TRANSPORTS["shm"] else FifoOutbound
        self.outbound = kind(self._loop, self._access, base, self)
        assert self._inbound is not None
        self._inbound.start(self)

    async def begin(self) -> None:
        """Says what a node says that exports x under number 1, and waits until the bus has heard it."""
        await self.connect()
        hello = Hello(self.incarnation, self.addressee, self.incarnation ^ 2, 1 << 20, self.node)
        self.say([encode_hello(hello), encode_export(1, "x", True), encode_bare(SYNCED)])
        await self._test.until(lambda: any(peer.node == self.node for peer in self.bus.peers))
        await self._test.until(lambda: self.frames and self.frames[-1][0] == SYNCED)
        self.frames.clear()

    def say(self, frames: List[bytes]) -> None:
        """Writes frames, in records."""
        assert self.outbound is not None
        for frame in frames:
            self.outbound.put(frame)
        self.outbound.flush()

    def say_records(self, records: List[bytes]) -> None:
        """Writes records, whatever they are."""
        assert self.outbound is not None
        for record in records:
            self.outbound._put_record(record)
        self.outbound.flush()

    def on_record(self, record: bytes) -> None:
        self.frames.append(record)

    def on_end(self, cause: Optional[Exception]) -> None:
        self.ended = True

    def on_broken(self, cause: Optional[Exception]) -> None:
        """The bus has closed its end, which the test sees by the other way, too."""


def started_as(incarnation: int) -> Any:
    """Returns a context in which the nodes that start have this incarnation, because vectors name it."""
    return mock.patch("secrets.randbits", return_value=incarnation % (1 << 64))
