"""A ring in memory that two processes share, see ``docs/wire.md``. Only where :func:`has_rings` is true.

The header of a record is one aligned number of 8 bytes, which CPython loads and stores with one instruction when it
goes through a view of such numbers, and x86-64 lets others see stores in their order. What it does not order by itself
is a store before a later load, for which there is a fence.
"""

from __future__ import annotations

import threading
from typing import Callable, Deque, Tuple

from ._errors import ProtocolError
from ._protocol import RING_VERSION

MAGIC = int.from_bytes(b"VXIPCRNG", "little")
DATA = 1024
MIN_CAPACITY = 4096
MAX_CAPACITY = 1 << 30

# Places of the fields, in units of their size.
_MAGIC_AT, _CAPACITY_AT, _TAIL_AT, _HEAD_AT = 0, 2, 16, 32
_VERSION_AT, _PARKED_AT, _WAITING_AT = 2, 96, 128
_DATA_LONGS = DATA >> 3

_TYPE_DATA = 1
_TYPE_PADDING = 2
_PADS = [b"\0" * (-n % 8) for n in range(8)]


def size_of(capacity: int) -> int:
    """Returns how many bytes a ring takes.

    :raises ValueError: when there can be no ring of that capacity
    """
    if not MIN_CAPACITY <= capacity <= MAX_CAPACITY or capacity & (capacity - 1):
        raise ValueError("ring capacity %d: a power of two from %d to %d" % (capacity, MIN_CAPACITY, MAX_CAPACITY))
    return DATA + capacity


def initialize(buffer: memoryview, capacity: int) -> None:
    """Makes an empty ring of zeroed bytes. Its reader needs no bell before it first looks. The magic comes last."""
    longs, ints = buffer.cast("Q"), buffer.cast("I")
    ints[_VERSION_AT] = RING_VERSION
    longs[_CAPACITY_AT] = capacity
    longs[_MAGIC_AT] = MAGIC
    longs.release()
    ints.release()


class _Ring:
    """What both ends have. The views are given back as soon as nobody works with them."""

    def __init__(self, buffer: memoryview) -> None:
        if len(buffer) < DATA:
            raise ProtocolError("too short for a ring header: %d" % len(buffer))
        self._bytes = buffer
        self._longs = buffer.cast("Q")
        self._ints = buffer.cast("I")
        self._closed = False
        self._busy = False
        # Each ring has a lock of its own, which is always free: a thread that found it taken would not have a fence.
        self._lock = threading.Lock()
        try:
            self._capacity = self._validate()
        except ProtocolError:
            self.close()
            raise
        self._mask = self._capacity - 1
        self.max_record = self._capacity // 8 - 8

    def _validate(self) -> int:
        if self._longs[_MAGIC_AT] != MAGIC:
            raise ProtocolError("not a ring: magic %016x" % self._longs[_MAGIC_AT])
        if self._ints[_VERSION_AT] != RING_VERSION:
            raise ProtocolError(
                "ring layout of version %d, this is version %d" % (self._ints[_VERSION_AT], RING_VERSION)
            )
        capacity = self._longs[_CAPACITY_AT]
        valid = MIN_CAPACITY <= capacity <= MAX_CAPACITY and not capacity & (capacity - 1)
        if not valid or capacity + DATA > len(self._bytes):
            raise ProtocolError("ring capacity %d in a file of %d bytes" % (capacity, len(self._bytes)))
        return capacity

    def _fence(self) -> None:
        """Makes stores before it visible before loads after it: taking a lock is an instruction that locks the bus."""
        with self._lock:
            pass

    def close(self) -> None:
        """Gives the memory back, when a poll that is under way has ended."""
        self._closed = True
        if not self._busy:
            self._release()

    def _release(self) -> None:
        for view in (self._longs, self._ints, self._bytes):
            view.release()


class RingReader(_Ring):
    """The reading end."""

    def __init__(self, buffer: memoryview) -> None:
        """Attaches to a ring that this process has made, where its reader is.

        :raises ProtocolError: when it is none, or there can be no reader there
        """
        super().__init__(buffer)
        self._head = head = self._longs[_HEAD_AT]
        if head & 7 or head >> 63:
            self.close()
            raise ProtocolError("ring head %d" % head)

    def is_ready(self) -> bool:
        """Returns whether something is published."""
        return self._longs[_DATA_LONGS + ((self._head & self._mask) >> 3)] != 0

    def poll(self, take: Callable[[bytes], object], most: int) -> int:
        """Hands over published records up to a bound in bytes; returns how many bytes that were.

        :param take: takes each record; an exception ends the poll behind that record, and so does closing this
        :raises ProtocolError: when a record is impossible
        """
        longs, data, mask = self._longs, self._bytes, self._mask
        start = head = self._head
        end = start + min(most, self._capacity)
        self._busy = True
        try:
            while head < end:
                at = head & mask
                header = longs[_DATA_LONGS + (at >> 3)]
                if not header:
                    break
                length, kind = header & 0xFFFFFFFF, header >> 32
                room = min(self.max_record, self._capacity - at - 8)
                if length > room:
                    raise ProtocolError("record of %d bytes where %d fit" % (length, room))
                head += 8 + (length + 7 & -8)
                if kind == _TYPE_DATA:
                    at += DATA + 8
                    take(bytes(data[at : at + length]))
                    if self._closed:
                        break
                elif kind != _TYPE_PADDING:
                    raise ProtocolError("record of type %d" % kind)
        finally:
            self._head = head
            if head != start:
                longs[_HEAD_AT] = head
            self._busy = False
            if self._closed:
                self._release()
        return head - start

    def writer_waits(self) -> bool:
        """Returns, once, whether the writer waits for room and half of the ring is free: then it is to be woken."""
        self._fence()
        if not self._ints[_WAITING_AT] or self._longs[_TAIL_AT] - self._head > self._capacity // 2:
            return False
        self._ints[_WAITING_AT] = 0
        return True

    def park(self) -> bool:
        """Announces that the reader is about to sleep; returns False when something is there, so that it must not."""
        self._ints[_PARKED_AT] = 1
        self._fence()
        if self.is_ready():
            self._ints[_PARKED_AT] = 0
            return False
        return True

    def unpark(self) -> None:
        """Announces that the reader is awake."""
        self._ints[_PARKED_AT] = 0


class RingWriter(_Ring):
    """The writing end."""

    def __init__(self, buffer: memoryview) -> None:
        """Attaches to a ring of another process.

        :raises ProtocolError: when it is none, or is not empty
        """
        super().__init__(buffer)
        self._tail = self._longs[_TAIL_AT]
        self._head = self._longs[_HEAD_AT]
        if self._tail or self._head or self._longs[_DATA_LONGS]:
            tail, head = self._tail, self._head
            self.close()
            raise ProtocolError("ring with tail %d and head %d, expected an empty one" % (tail, head))

    def _released(self) -> int:
        head = self._longs[_HEAD_AT]
        if head < self._head or head > self._tail or head & 7:
            raise ProtocolError("ring head %d, expected %d to %d" % (head, self._head, self._tail))
        self._head = head
        return head

    def write(self, queue: Deque[bytes]) -> Tuple[int, bool]:
        """Publishes records from the front of a queue, as many as there is room for, and removes them.

        :param queue: records of at most ``max_record`` bytes
        :return: how many bytes of records that were, and whether the reader sleeps: its doorbell is to be rung then
        :raises ProtocolError: when the position of the reader is impossible
        """
        position = self._tail
        limit = self._released() + self._capacity - 8
        first, run, run_at, taken = 0, bytearray(), position & self._mask, 0
        while queue:
            record = queue[0]
            length = len(record)
            size = 8 + (length + 7 & -8)
            left = self._capacity - (position & self._mask)
            if position + size + (left if size > left else 0) > limit:
                break
            if size > left:
                # A record never wraps: the rest of the ring is one record of padding, of which the header is enough.
                run += (_TYPE_PADDING << 32 | left - 8).to_bytes(8, "little")
                first = self._copy(run, run_at, first)
                run, run_at = bytearray(), 0
                position += left
            run += (_TYPE_DATA << 32 | length).to_bytes(8, "little")
            run += record
            run += _PADS[length & 7]
            position += size
            taken += length
            queue.popleft()
            if not position & self._mask:
                first = self._copy(run, run_at, first)
                run, run_at = bytearray(), 0
        return taken, self._publish(position, run, run_at, first)

    def _copy(self, run: bytearray, at: int, first: int) -> int:
        """Copies records; the header of the very first one is held back, and returned."""
        if not first:
            first = int.from_bytes(run[:8], "little")
            run[:8] = b"\0\0\0\0\0\0\0\0"
        self._bytes[DATA + at : DATA + at + len(run)] = run
        return first

    def _publish(self, position: int, run: bytearray, run_at: int, first: int) -> bool:
        start = self._tail
        if position == start:
            return False
        longs = self._longs
        longs[_DATA_LONGS + ((position & self._mask) >> 3)] = 0
        if run:
            first = self._copy(run, run_at, first)
        # This one store shows all of them: stores are seen in their order.
        longs[_DATA_LONGS + ((start & self._mask) >> 3)] = first
        self._tail = position
        longs[_TAIL_AT] = position
        self._fence()
        if not self._ints[_PARKED_AT]:
            return False
        self._ints[_PARKED_AT] = 0
        return True

    def await_room(self, length: int) -> bool:
        """Asks the reader to ring when it has made room.

        :param length: of the record that found no room
        :return: True when there is room by now, so that nothing was asked
        """
        self._ints[_WAITING_AT] = 1
        self._fence()
        size = 8 + (length + 7 & -8)
        left = self._capacity - (self._tail & self._mask)
        if self._tail + size + (left if size > left else 0) <= self._released() + self._capacity - 8:
            self._ints[_WAITING_AT] = 0
            return True
        return False
