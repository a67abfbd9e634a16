"""The test vectors in ``src/test/vectors``, which other languages are tested by, too: what Python writes and reads.

``test_vectors_hostile.py`` has those of wrong bytes.
"""

from __future__ import annotations

import asyncio
import collections
import json
import logging
import os
import unittest
from typing import Any, Dict, List, Optional
from unittest import mock

import vectors
from raw_peer import RawPeer, started_as
from support import BusTest
from vectors import NEEDS_RINGS, Vector, number_of, read, unhex
from vertx_ipc import Bus
from vertx_ipc._access import Access, is_held
from vertx_ipc._bodies import _DECODERS
from vertx_ipc._channels import FifoInbound, FifoOutbound, InboundHandler, OutboundHandler
from vertx_ipc._directory import BusDirectory, Guard
from vertx_ipc._door import Knock, decode_knock, encode_knock
from vertx_ipc._frames import Incoming, encode_message, pieces
from vertx_ipc._membership import Membership
from vertx_ipc._protocol import TRANSPORTS, has_rings, writes
from vertx_ipc._record import NodeRecord, encode_record
from vertx_ipc._ring import RingReader, RingWriter, initialize, size_of

# What Python only reads, and why. What it writes instead is tested beside it.
READ_ONLY = {
    "hello of a node that takes JSON in binary": "Python takes JSON as text, and its hello says so",
    "send of an integer": "an int that fits into 64 bits goes as a long",
    "a node that can write by all transports": "Python writes by two, and says by which",
}
# What Python neither writes nor reads, and why.
LEFT_OUT = {
    "a channel of transport mapped": "Python has no stores, and receives by fifo or shm",
    "a channel of transport anonymous": "Python writes and receives by fifo or shm",
    "a channel of transport sysv": "Python writes and receives by fifo or shm",
    "a channel of transport mqueue": "Python writes and receives by fifo or shm",
}
SECTIONS = {
    "frames": ["frames"],
    "channels": ["fragments", "fifo", "rings"],
    "directory": ["knocks", "wrongKnocks", "records", "readRecords", "wrongRecords", "nodes", "channels", "guards"],
    "hostile": ["frames", "hellos", "records", "fifo", "rings"],
}


class SectionsTest(unittest.TestCase):
    def test_each_section_has_a_test(self) -> None:
        self.assertEqual({file + ".json" for file in SECTIONS}, set(os.listdir(vectors.DIRECTORY)))
        for file, names in SECTIONS.items():
            self.assertEqual(names, vectors.sections(file))

    def test_what_is_left_out_is_there(self) -> None:
        names = [v.name for file, sections in SECTIONS.items() for name in sections for v in read(file, name)]
        for name in [*READ_ONLY, *LEFT_OUT]:
            self.assertEqual(1, names.count(name), name)


class FramesTest(unittest.TestCase):
    def same(self, expected: Any, found: Any) -> None:
        self.assertEqual(vectors.text_of(expected), vectors.text_of(found))

    def test_a_frame_is_read(self) -> None:
        for vector in read("frames", "frames"):
            with self.subTest(vector.name):
                frames = list(vectors.frames_of([vector.data]))
                self.same([vector.json["frame"]], list(map(vectors.decode, frames)))

    def test_a_frame_is_written(self) -> None:
        for vector in read("frames", "frames"):
            with self.subTest(vector.name):
                written = vectors.encode(vector.json["frame"])
                if vector.name not in READ_ONLY:
                    self.assertEqual(vector.data.hex(), written.hex())
                elif vector.json["frame"]["kind"] == "HELLO":
                    self.assertEqual(0, written[1])
                    self.assertEqual(vector.data.hex(), (written[:1] + b"\1" + written[2:]).hex())
                else:
                    body = vector.json["frame"]["body"]
                    long = {**vector.json["frame"], "body": {"type": "long", "value": body["value"]}}
                    self.same(long, vectors.decode(written))

    def test_what_is_passed_on_is_as_it_came(self) -> None:
        for vector in read("frames", "frames"):
            frame = vector.json["frame"]
            if "body" not in frame or frame["kind"] == "REPLY" or "way" in frame or "bounced" in frame:
                continue
            with self.subTest(vector.name):
                incoming = Incoming(vector.data)
                again = encode_message(incoming.kind, incoming.target, incoming.mark, incoming.payload())
                self.assertEqual(vector.data.hex(), again.hex())

    def test_there_is_a_vector_of_each_kind_and_body(self) -> None:
        frames = [vector.json["frame"] for vector in read("frames", "frames")]
        self.assertEqual(set(vectors.KINDS), {frame["kind"] for frame in frames})
        bodies = {frame["body"]["type"] for frame in frames if "body" in frame}
        self.assertEqual({vectors.TYPES[kind] for kind in _DECODERS}, bodies)

    def test_fragments(self) -> None:
        for vector in read("channels", "fragments"):
            with self.subTest(vector.name):
                frame, records = unhex(vector.json["frame"]), vector.all_bytes("records")
                longest = vector.json["longest"]
                self.assertEqual([r.hex() for r in records], [r.hex() for r in pieces(frame, longest)])
                self.assertEqual([frame], list(vectors.frames_of(records)))
                self.assertEqual(frame, vectors.encode(vectors.decode(frame)))


class Collected(InboundHandler, OutboundHandler):
    """What comes by a channel, a nudge as a record of no bytes."""

    def __init__(self) -> None:
        self.records: List[bytes] = []
        self.causes: List[Optional[Exception]] = []

    def on_record(self, record: bytes) -> None:
        self.records.append(record)

    def on_nudge(self) -> None:
        self.records.append(b"")

    def on_end(self, cause: Optional[Exception]) -> None:
        self.causes.append(cause)


class FifoTest(BusTest):
    """Uses FIFOs of the kernel."""

    async def test_bytes_are_read_as_records(self) -> None:
        for vector in read("channels", "fifo"):
            with self.subTest(vector.name):
                base, found = os.path.join(self.above, "in"), Collected()
                inbound = FifoInbound(asyncio.get_running_loop(), Access(), base, 1 << 16)
                inbound.start(found)
                fd = os.open(base + ".fifo", os.O_WRONLY)
                os.write(fd, vector.data)
                os.close(fd)
                await self.until(lambda: found.causes)
                inbound.close()
                self.assertEqual([None], found.causes, "it has only ended")
                self.assertEqual(vector.all_bytes("records"), found.records)

    async def test_records_are_written_as_bytes(self) -> None:
        for vector in read("channels", "fifo"):
            with self.subTest(vector.name):
                base = os.path.join(self.above, "out")
                os.mkfifo(base + ".fifo", 0o600)
                fd = os.open(base + ".fifo", os.O_RDONLY | os.O_NONBLOCK)
                outbound = FifoOutbound(asyncio.get_running_loop(), Access(), base, Collected())
                for record in vector.all_bytes("records"):
                    if record:
                        outbound.put(record)
                    else:
                        outbound.nudge()
                outbound.flush()
                outbound.close()
                with open(fd, "rb") as f:
                    self.assertEqual(vector.data.hex(), f.read().hex())
                os.unlink(base + ".fifo")


@unittest.skipUnless(has_rings(), NEEDS_RINGS)
class RingTest(unittest.TestCase):
    @staticmethod
    def image(vector: Vector) -> bytearray:
        return vectors.image(vector.json["image"], size_of(vector.json["capacity"]))

    def test_the_steps_leave_this_ring(self) -> None:
        for vector in read("channels", "rings"):
            with self.subTest(vector.name):
                capacity = vector.json["capacity"]
                memory = bytearray(size_of(capacity))
                initialize(memoryview(memory), capacity)
                reader, writer = RingReader(memoryview(memory)), RingWriter(memoryview(memory))
                queue: "collections.deque[bytes]" = collections.deque()
                for step in vector.json["steps"]:
                    ((what, value),) = step.items()
                    if what == "publish":
                        self.assertIs(not value, writer.write(queue)[1], "nobody sleeps")
                        self.assertFalse(queue, "there is room")
                    elif what == "read":
                        for _ in range(value):
                            read_now: List[bytes] = []
                            self.assertGreater(reader.poll(read_now.append, 1), 0)
                            self.assertEqual(1, len(read_now))
                    elif what == "sleep":
                        self.assertIs(value, reader.park())
                    else:
                        queue.append(bytes(value) if what == "zeros" else unhex(step["write"]))
                self.assertEqual(self.parts(self.image(vector)), self.parts(memory))

    @staticmethod
    def parts(ring: bytearray) -> Dict[int, str]:
        """Returns the parts of 8 bytes that are not zero."""
        return {at: ring[at : at + 8].hex() for at in range(0, len(ring), 8) if any(ring[at : at + 8])}

    def test_what_is_not_read_is_read(self) -> None:
        for vector in read("channels", "rings"):
            with self.subTest(vector.name):
                memory = self.image(vector)
                found: List[bytes] = []
                reader = RingReader(memoryview(memory))
                reader.poll(found.append, vector.json["capacity"])
                self.assertEqual(vector.all_bytes("unread"), found)
                self.assertFalse(reader.is_ready())
                self.assertEqual(memory[128:136].hex(), memory[256:264].hex(), "all of it was read")


def record_of(words: Dict[str, Any]) -> NodeRecord:
    """Returns the record that a vector describes."""
    return NodeRecord(
        words["node"],
        number_of(words["incarnation"]),
        words["pid"],
        words["startMillis"],
        words["transport"],
        tuple(words["writes"]),
        words["passing"],
        words["namespaces"],
    )


class KnocksAndRecordsTest(unittest.TestCase):
    def test_a_knock_has_these_bytes(self) -> None:
        for vector in read("directory", "knocks"):
            with self.subTest(vector.name):
                words = vector.json["knock"]
                ids = number_of(words["incarnation"]), number_of(words["addressee"])
                knock = Knock(words["node"], ids[0], ids[1], words["transport"])
                self.assertEqual(vector.data.hex(), encode_knock(knock).hex())
                self.assertEqual(knock, decode_knock(vector.data))

    def test_a_record_is_written(self) -> None:
        for vector in read("directory", "records"):
            with self.subTest(vector.name):
                written = json.loads(encode_record(record_of(vector.json["record"])))
                if vector.name in READ_ONLY:
                    self.assertEqual(list(TRANSPORTS), written.pop("writes"))
                self.assertEqual(vectors.text_of(vector.json["json"]), vectors.text_of(written))


class DirectoryTest(BusTest):
    """Starts nodes."""

    def scanned(self, words: Dict[str, Any]) -> List[NodeRecord]:
        """Returns what another node finds when a node has published these words."""
        directory = BusDirectory(Access(), self.directory, "demo")
        membership = Membership(directory, words["node"], 5, "fifo", False)
        self.assertTrue(membership.claim())
        try:
            with open(membership.record_path, "w", encoding="utf-8") as f:
                json.dump(words, f)
            return directory.scan("another")
        finally:
            membership.release()

    async def test_a_record_is_read(self) -> None:
        for vector in read("directory", "records") + read("directory", "readRecords"):
            with self.subTest(vector.name):
                self.assertEqual([record_of(vector.json["record"])], self.scanned(vector.json["json"]))

    async def test_a_wrong_record_is_passed_over(self) -> None:
        for vector in read("directory", "wrongRecords"):
            with self.subTest(vector.name), self.assertLogs("vertx_ipc", logging.WARNING) as logs:
                self.assertEqual([], self.scanned(vector.json["json"]))
            self.assertIn("Node %s is ignored: " % vector.json["json"]["node"], logs.output[0])

    async def test_a_guard_holds_this_byte_and_no_other(self) -> None:
        for vector in read("directory", "guards"):
            with self.subTest(vector.name):
                at, fd = vector.json["at"], os.open(self.above, os.O_RDONLY)
                self.addCleanup(os.close, fd)
                buses = os.path.join(self.above, vector.json["buses"])
                guard = Guard(buses, vector.json["bus"], vector.json["node"])
                held = is_held(fd, 0, at), is_held(fd, at, 1), is_held(fd, at + 1)
                guard.close()
                self.assertEqual((False, True, False), held)

    async def test_a_node_has_these_files(self) -> None:
        for vector in read("directory", "nodes"):
            with self.subTest(vector.name), mock.patch("os.rename", wraps=os.rename) as rename:
                async with self.bus(vector.json["node"]) as bus:
                    files = {what: os.path.join(bus.path, name) for what, name in vector.json["files"].items()}
                    rename.assert_called_once_with(files.pop("draft"), files["record"])
                    found = [os.path.join(path, name) for path, d, names in os.walk(bus.path) for name in d + names]
                    self.assertEqual(sorted(files.values()), sorted(found))
                    lock = os.open(files["lock"], os.O_RDWR)
                    self.assertTrue(is_held(lock), "it is what tells that the node lives")
                    os.close(lock)

    async def test_a_channel_that_is_read_has_these_files(self) -> None:
        for vector in read("directory", "channels"):
            with self.subTest(vector.name):
                if vector.name in LEFT_OUT:
                    self.assertIn(vector.json["transport"], TRANSPORTS)
                    self.assertRaises(ValueError, self.bus, "pricing", transport=vector.json["transport"])
                    continue
                if vector.json["transport"] == "shm" and not has_rings():
                    self.skipTest(NEEDS_RINGS)
                async with self.bus(vector.json["reader"], transport=vector.json["transport"]) as bus:
                    before = self.files(bus)
                    incarnation = number_of(vector.json["incarnation"])
                    async with RawPeer(self, bus, vector.json["writer"], incarnation) as peer:
                        await peer.begin()
                        self.assertEqual(set(vector.json["files"]), self.files(bus) - before)

    @staticmethod
    def files(bus: Bus) -> "set[str]":
        return {"%s/%s" % (bus.node, name) for name in os.listdir(os.path.join(bus.path, bus.node))}

    async def test_a_channel_of_these_files_is_written(self) -> None:
        for vector in read("directory", "channels"):
            transport = vector.json["transport"]
            if vector.name in LEFT_OUT:
                self.assertNotIn(transport, writes())
                continue
            with self.subTest(vector.name), started_as(number_of(vector.json["incarnation"])):
                if transport == "shm" and not has_rings():
                    self.skipTest(NEEDS_RINGS)
                async with self.bus(vector.json["writer"]) as bus:
                    async with RawPeer(self, bus, vector.json["reader"], 6, transport) as peer:
                        await peer.begin()
                        found = [os.path.join(bus.path, name) for name in vector.json["files"]]
                        self.assertEqual([True] * len(found), list(map(os.path.exists, found)))


if __name__ == "__main__":
    unittest.main()
