"""Rings: records come out as they went in, and a hostile other end is noticed."""

from __future__ import annotations

import collections
import random
import struct
import unittest
from typing import List

from support import seeded
from vertx_ipc._errors import ProtocolError
from vertx_ipc._protocol import has_rings
from vertx_ipc._ring import DATA, MAX_CAPACITY, RingReader, RingWriter, initialize, size_of

CAPACITY = 4096
MOST = CAPACITY // 8 - 8


@unittest.skipUnless(has_rings(), "rings need CPython on x86-64")
class RingTest(unittest.TestCase):
    def setUp(self) -> None:
        self.memory = bytearray(size_of(CAPACITY))
        initialize(memoryview(self.memory), CAPACITY)
        self.reader = RingReader(memoryview(self.memory))
        self.writer = RingWriter(memoryview(self.memory))
        self.taken: List[bytes] = []

    def poll(self) -> int:
        return self.reader.poll(self.taken.append, CAPACITY)

    def put(self, layout: str, at: int, *values: int) -> None:
        struct.pack_into(layout, self.memory, at, *values)

    def test_records_come_out_in_order_whatever_their_lengths(self) -> None:
        seed = seeded()
        r = random.Random(seed)
        sent: List[bytes] = []
        queue: "collections.deque[bytes]" = collections.deque()
        with self.subTest(seed=seed):
            for _ in range(5_000):
                for _ in range(r.randrange(6)):
                    record = r.randbytes(r.choice((1, 4, 7, 8, 9, 100, MOST - 1, MOST, r.randrange(1, MOST + 1))))
                    queue.append(record)
                    sent.append(record)
                self.writer.write(queue)
                if r.random() < 0.6:
                    self.poll()
            while queue:
                self.writer.write(queue)
                self.poll()
            self.poll()
            self.assertEqual(sent, self.taken)

    def test_at_most_capacity_minus_8_is_in_use(self) -> None:
        self.assertTrue(self.reader.park())
        queue = collections.deque([b"x" * 56] * 100)
        taken, sleeps = self.writer.write(queue)
        self.assertEqual((CAPACITY // 64 - 1, True), (taken // 56, sleeps))
        self.assertEqual((0, False), self.writer.write(queue), "it is full, and the reader was told")

    def test_padding_and_the_end_of_the_ring(self) -> None:
        # Three records that end 8 bytes before the end of the ring, then one that has to begin at its start.
        for length in [MOST] * 7 + [MOST - 8]:
            self.writer.write(collections.deque([b"a" * length]))
            self.poll()
        self.writer.write(collections.deque([b"b" * 100]))
        self.assertEqual(struct.pack("<II", 0, 2), bytes(self.memory[-8:]))
        self.poll()
        self.assertEqual(b"b" * 100, self.taken[-1])
        self.assertFalse(self.reader.is_ready())

    def test_who_sleeps_is_woken_once(self) -> None:
        self.assertEqual((1, False), self.writer.write(collections.deque([b"x"])))
        self.assertFalse(self.reader.park(), "something is there")
        self.poll()
        self.assertTrue(self.reader.park())
        self.assertEqual((1, True), self.writer.write(collections.deque([b"x"])))
        self.assertEqual((1, False), self.writer.write(collections.deque([b"x"])))

    def test_a_writer_that_waits_is_woken_at_half(self) -> None:
        queue = collections.deque([b"x" * 248] * 100)
        self.writer.write(queue)
        self.assertFalse(self.writer.await_room(248))
        self.reader.poll(self.taken.append, 1)
        self.assertFalse(self.reader.writer_waits(), "little is free")
        self.poll()
        self.assertTrue(self.reader.writer_waits())
        self.assertFalse(self.reader.writer_waits(), "it was told")
        self.assertTrue(self.writer.await_room(248), "there is room by now")

    def test_an_exception_ends_a_poll_behind_its_record(self) -> None:
        self.writer.write(collections.deque([b"1234", b"5678"]))

        def fail(record: bytes) -> None:
            raise ProtocolError(record.decode())

        self.assertRaisesRegex(ProtocolError, "1234", self.reader.poll, fail, CAPACITY)
        self.poll()
        self.assertEqual([b"5678"], self.taken)

    def test_closing_within_a_poll(self) -> None:
        self.writer.write(collections.deque([b"1234", b"5678"]))
        self.assertEqual(16, self.reader.poll(lambda record: self.reader.close(), CAPACITY))

    def test_hostile_records(self) -> None:
        for length, kind in ((MOST + 1, 1), (0xFFFFFFFF, 1), (MOST + 1, 2), (8, 3), (8, 0x80000000), (CAPACITY, 2)):
            with self.subTest(length=length, kind=kind):
                self.setUp()
                self.put("<II", DATA, length, kind)
                self.assertRaises(ProtocolError, self.poll)
        self.setUp()
        self.put("<Q", 256, CAPACITY - 8)
        self.put("<II", DATA + CAPACITY - 8, 8, 1)
        reader = RingReader(memoryview(self.memory))
        self.assertRaises(ProtocolError, reader.poll, self.taken.append, CAPACITY)

    def test_a_hostile_writer_does_not_keep_the_reader(self) -> None:
        for at in range(DATA, DATA + CAPACITY, 16):
            self.put("<II", at, 8, 1)
        self.assertEqual(CAPACITY, self.poll(), "one round, and then others have their turn")

    def test_hostile_positions_of_the_reader(self) -> None:
        for head in (4, 1 << 20, 1 << 63, (1 << 64) - 8):
            with self.subTest(head=head):
                self.setUp()
                self.writer.write(collections.deque([b"x" * 100]))
                self.put("<Q", 256, head)
                self.assertRaises(ProtocolError, self.writer.write, collections.deque([b"x"]))
        self.setUp()
        self.writer.write(collections.deque([b"x" * 8] * 4))
        self.put("<Q", 256, 32)
        self.writer.write(collections.deque([b"x"]))
        self.put("<Q", 256, 16)
        self.assertRaises(ProtocolError, self.writer.write, collections.deque([b"x"]))

    def test_random_bytes_end_in_the_error_of_the_protocol(self) -> None:
        seed = seeded()
        r = random.Random(seed)
        for _ in range(300):
            self.setUp()
            for _ in range(20):
                self.put("<Q", r.choice((128, 256, 384, 512, DATA + 8 * r.randrange(64))), r.getrandbits(64))
            with self.subTest(seed=seed):
                try:
                    self.poll()
                    self.reader.writer_waits()
                    self.writer.write(collections.deque([b"x" * 20] * 10))
                    self.writer.await_room(20)
                except ProtocolError:
                    pass

    def test_what_is_no_ring(self) -> None:
        for at, layout, value in ((0, "<Q", 5), (8, "<I", 1), (16, "<Q", 5000), (16, "<Q", 8192), (16, "<Q", 1 << 63)):
            with self.subTest(at=at):
                self.setUp()
                self.put(layout, at, value)
                self.assertRaises(ProtocolError, RingWriter, memoryview(self.memory))
        self.assertRaises(ProtocolError, RingWriter, memoryview(bytearray(100)))
        for capacity in (0, 100, 2048, 5000, 2 * MAX_CAPACITY):
            self.assertRaises(ValueError, size_of, capacity)
        self.setUp()
        self.writer.write(collections.deque([b"x"]))
        self.assertRaises(ProtocolError, RingWriter, memoryview(self.memory))


if __name__ == "__main__":
    unittest.main()
