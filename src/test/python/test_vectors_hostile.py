"""The test vectors of wrong bytes: what a node in Python does with them is what they say it must."""

from __future__ import annotations

import asyncio
import collections
import itertools
import logging
import os
import unittest
from typing import Any, Awaitable, Callable, List, Tuple

import vectors
from raw_peer import RawPeer, started_as
from support import TRANSPORTS, BusTest
from vectors import NEEDS_RINGS, Vector, number_of, read
from vertx_ipc import Bus, FailureCode, Message, PeerEvent, ReplyError
from vertx_ipc._door import KNOCK_BYTES
from vertx_ipc._errors import DecodeError, ProtocolError
from vertx_ipc._frames import Incoming, encode_bare, encode_message, encode_payload
from vertx_ipc._peer import Peer, PeerOwner, State
from vertx_ipc._protocol import BOUNCE, MESSAGES, RELAYED, REPLY, REQUEST, SYNCED, has_rings
from vertx_ipc._ring import RingReader, RingWriter, initialize, size_of

# Between which nodes there is the channel of the first frames that are wrong.
ORDERS, PRICING = number_of("00f3a1b2c3d4e5f6"), number_of("1122334455667788")
# Under which correlation the requests of the vectors, and those of these tests, wait.
ASKED, ASKED_HERE = 0x0000000100000000, 78
CODES = {"fail": FailureCode.CODEC, "refuse": FailureCode.NOT_EXPORTED}
CAPACITY = 4096


class BytesTest(unittest.IsolatedAsyncioTestCase):
    """Gives wrong bytes to what reads them, cut to every length."""

    @staticmethod
    def read_without_body(frame: bytes) -> None:
        """Reads a frame; what is wrong with a body ends no channel."""
        if frame[0] in MESSAGES or frame[0] in (BOUNCE, RELAYED):
            Incoming(frame)
        else:
            vectors.decode(frame)

    def test_a_frame_that_is_cut_is_refused_or_has_no_body(self) -> None:
        for vector in read("hostile", "frames"):
            for data in vector.versions() if "cut" in vector.json else ():
                with self.subTest(vector.name, length=len(data)), self.assertRaises(ProtocolError) as caught:
                    for frame in vectors.frames_of([data]):
                        self.read_without_body(frame)
                        self.assertEqual("fail", vector.json["must"])
                        Incoming(frame).body()
                self.assertEqual(vector.json["must"] == "fail", isinstance(caught.exception, DecodeError))

    def test_some_wrong_bytes_are_read(self) -> None:
        for vector in read("hostile", "frames"):
            if vector.json["must"] == "read":
                with self.subTest(vector.name):
                    self.assertEqual(
                        vectors.text_of(vector.json["frame"]), vectors.text_of(vectors.decode(vector.data))
                    )
                    self.assertNotEqual(vector.data, vectors.encode(vector.json["frame"]), "it is not wrong")

    def test_records_that_are_no_frame_are_refused(self) -> None:
        for vector in read("hostile", "records"):
            with self.subTest(vector.name):
                self.assertRaises(ProtocolError, next, vectors.frames_of(vector.all_bytes("records")))

    async def test_a_wrong_hello_is_refused(self) -> None:
        right = next(vector for vector in read("frames", "frames") if vector.name == "hello")
        for vector in [right, *read("hostile", "hellos")]:
            for data in vector.versions():
                peer = Peer(asyncio.get_running_loop(), PeerOwner(), "orders", ORDERS, PRICING, 1 << 20, 1 << 20)
                peer.state = State.CONNECTED
                with self.subTest(vector.name, length=len(data)):
                    if vector is right:
                        peer.on_record(data)
                    else:
                        self.assertRaises(ProtocolError, peer.on_record, data)
                    self.assertEqual(vector is right, peer.hello is not None)


class ConnectionTest(BusTest):
    """Has a peer say wrong bytes to a node."""

    def setUp(self) -> None:
        super().setUp()
        self.numbers = itertools.count(1)
        self.events: List[PeerEvent] = []
        self.got: List[Message] = []

    def here(self, **options: Any) -> Bus:
        bus = Bus("demo", node="pricing", directory=self.directory, max_message_bytes=1 << 20, exports=["x"], **options)
        bus.on_peer(self.events.append)

        @bus.consumer("x")
        def consume(message: Message) -> None:
            self.got.append(message)
            message.reply("0")

        return bus

    def peer(self, bus: Bus) -> RawPeer:
        number = next(self.numbers)
        return RawPeer(self, bus, "peer%d" % number, 40 + 4 * number)

    async def require_answered(self, peer: RawPeer, count: int = 1) -> List[Incoming]:
        """Asks, and waits until so many frames have come; returns those before the answer, which is the last."""
        peer.say([encode_message(REQUEST, 1, ASKED_HERE, encode_payload("r"))])
        await self.until(lambda: len(peer.frames) >= count)
        *others, answer = map(Incoming, peer.frames)
        peer.frames.clear()
        self.assertEqual((REPLY, ASKED_HERE, "0"), (answer.kind, answer.reply_to, answer.body()))
        return others

    async def require_ended(self, peer: RawPeer) -> None:
        """Waits until both ways to a peer are closed, and the file of the one from it is gone."""
        await self.until(lambda: peer.ended)
        names = os.listdir(os.path.join(peer.bus.path, peer.bus.node))
        self.assertEqual([], [name for name in names if name.startswith(peer.node + "-")])

    def events_of(self, peer: RawPeer) -> List[Tuple[str, str]]:
        """Returns what the bus has told of a peer, with the first words of the reason."""
        return [(event.state, str(event.reason)[:13]) for event in self.events if event.node == peer.node]

    async def misbehave(
        self, bus: Bus, must: str, say: Callable[[RawPeer, List[bytes]], None], what: List[bytes]
    ) -> None:
        """Has a new peer say something, as frames or as records; checks what becomes of it, and of the peer."""
        self.assertIn(must, ("end", "fail", "refuse", "read"))
        async with self.peer(bus) as peer:
            await peer.begin()
            self.events.clear()
            self.got.clear()
            before = collections.Counter(bus.stats())
            say(peer, what)
            if must == "end":
                await self.require_ended(peer)
                self.assertEqual([("down", "was cut off: ")], self.events_of(peer))
                self.assertEqual([], self.got)
                return
            fails = must != "read" and what[0][0] == REQUEST
            others = await self.require_answered(peer, 1 + fails)
            self.assertEqual([], self.events_of(peer))
            lost = collections.Counter(bus.stats()) - before
            self.assertEqual((must == "fail", must == "refuse"), (lost["codec"], lost["not-exported"]))
            self.assertEqual(fails, len(others))
            if fails:
                error = others[0].body()
                assert isinstance(error, ReplyError)
                self.assertEqual((ASKED, CODES[must]), (others[0].reply_to, error.code))

    async def test_a_wrong_frame_has_these_consequences(self) -> None:
        for transport in TRANSPORTS:
            with self.assertLogs("vertx_ipc", logging.WARNING):
                async with self.here(transport=transport) as bus, self.peer(bus) as honest:
                    await honest.begin()
                    for vector in read("hostile", "frames"):
                        # Those between the shortest and the longest are in the test of bytes above.
                        versions = self.by(transport, vector.versions())
                        for data in versions[:1] + versions[1:][-1:]:
                            with self.subTest(vector.name, transport=transport, length=len(data)):
                                await self.misbehave(bus, vector.json["must"], RawPeer.say, [data])
                                await self.require_answered(honest)

    @staticmethod
    def by(transport: str, records: List[bytes]) -> List[bytes]:
        """Returns those that can be said by a transport: a record of no bytes is a nudge in a FIFO."""
        return [record for record in records if record or transport != "fifo"]

    async def test_what_is_read_reaches_its_consumer(self) -> None:
        async with self.here() as bus, self.peer(bus) as peer:
            await peer.begin()
            for vector in read("hostile", "frames"):
                if vector.json["must"] == "read":
                    self.got.clear()
                    with self.subTest(vector.name):
                        peer.say([vector.data])
                        await self.require_answered(peer)
                        # The last one is the request.
                        found = [message._incoming.frame for message in self.got[:-1]]
                        self.assertEqual([vector.data] if "body" in vector.json["frame"] else [], found)

    async def test_records_that_are_no_frame_end_the_channel(self) -> None:
        for transport in TRANSPORTS:
            with self.assertLogs("vertx_ipc", logging.WARNING):
                async with self.here(transport=transport) as bus:
                    for vector in read("hostile", "records"):
                        records = self.by(transport, vector.all_bytes("records"))
                        with self.subTest(vector.name, transport=transport):
                            if records:
                                await self.misbehave(bus, "end", RawPeer.say_records, records)

    async def orders(self, act: Callable[[RawPeer, List[str]], Awaitable[None]]) -> None:
        """Has node orders do something to node pricing.

        :param act: gets the peer, and what is logged meanwhile
        """
        with started_as(PRICING), self.assertLogs("vertx_ipc", logging.WARNING) as logs:
            async with self.here() as bus, RawPeer(self, bus, "orders", ORDERS) as peer:
                await act(peer, logs.output)
                self.assertEqual([], bus.peers)

    async def test_a_wrong_hello_ends_the_channel(self) -> None:
        for vector in read("hostile", "hellos"):
            versions = vector.versions()
            for data in versions[:1] + versions[1:][-1:]:

                async def say(peer: RawPeer, logged: List[str]) -> None:
                    await peer.connect()
                    peer.say([data, encode_bare(SYNCED)])
                    await self.require_ended(peer)
                    self.assertIn("Node 'orders' was cut off: ", logged[0])

                with self.subTest(vector.name, length=len(data)):
                    await self.orders(say)

    async def test_wrong_bytes_in_a_fifo_end_the_channel(self) -> None:
        for vector in read("hostile", "fifo"):

            async def write(peer: RawPeer, logged: List[str]) -> None:
                await peer.connect()
                assert peer.outbound is not None
                os.write(peer.outbound._fd, vector.data)
                await self.require_ended(peer)
                length = int.from_bytes(vector.data, "little")
                self.assertIn("record of %d bytes, at most 131068" % length, logged[0])

            with self.subTest(vector.name):
                await self.orders(write)

    async def test_a_wrong_knock_is_passed_over(self) -> None:
        for vector in read("directory", "wrongKnocks"):

            async def knock(peer: RawPeer, logged: List[str]) -> None:
                peer.make_channel()
                door = os.open(peer.door_of_bus(), os.O_WRONLY)
                os.write(door, vector.data)
                os.close(door)
                await self.until(lambda: logged)
                self.assertIn("A knock is ignored", logged[0])
                self.assertEqual(([], KNOCK_BYTES), (peer.knocks, len(vector.data)))
                # It is the bytes alone that were wrong.
                peer.knock()
                await self.until(lambda: peer.knocks)

            with self.subTest(vector.name):
                await self.orders(knock)


@unittest.skipUnless(has_rings(), NEEDS_RINGS)
class RingTest(unittest.TestCase):
    """Has each end of a ring find what the other would not have left."""

    @staticmethod
    def vectors_of(side: str) -> List[Vector]:
        found = read("hostile", "rings")
        assert {vector.json["side"] for vector in found} == {"reader", "writer"}
        return [vector for vector in found if vector.json["side"] == side]

    def test_a_wrong_ring_is_refused_by_its_reader(self) -> None:
        for vector in self.vectors_of("reader"):
            memory = memoryview(vectors.image(vector.json["image"], size_of(CAPACITY)))
            found: List[bytes] = []
            with self.subTest(vector.name), self.assertRaises(ProtocolError):
                RingReader(memory).poll(found.append, CAPACITY)
            self.assertEqual([], found)

    def test_a_wrong_ring_is_refused_by_its_writer(self) -> None:
        for vector in self.vectors_of("writer"):
            with self.subTest(vector.name):
                parts = dict(vector.json["image"])
                wrong = vectors.image(parts, size_of(CAPACITY))
                self.assertRaises(ProtocolError, RingWriter, memoryview(wrong))
                if "256" not in parts:
                    # It is the tail alone that is wrong.
                    del parts["128"]
                    RingWriter(memoryview(vectors.image(parts, size_of(CAPACITY))))
                    continue
                # The same while it writes: all but the head is what it has left itself.
                del parts["256"]
                memory = bytearray(size_of(CAPACITY))
                initialize(memoryview(memory), CAPACITY)
                writer = RingWriter(memoryview(memory))
                writer.write(collections.deque([bytes(8)]))
                self.assertEqual(vectors.image(parts, size_of(CAPACITY)), memory)
                self.assertFalse(writer.write(collections.deque())[1])
                memory[:] = wrong
                self.assertRaises(ProtocolError, writer.write, collections.deque([bytes(8)]))
                self.assertRaises(ProtocolError, writer.await_room, 8)


if __name__ == "__main__":
    unittest.main()
