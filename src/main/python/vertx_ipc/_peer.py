"""A node that is up, as this node sees it.

The way to it and the way from it each end on their own: what it has sent is read to its goodbye or its end, even when
nothing can be sent to it any more.
"""

from __future__ import annotations

import asyncio
import enum
from typing import Any, Callable, Optional

from ._channels import FLUSH_BYTES, WAITING_BYTES, Inbound, InboundHandler, Outbound, OutboundHandler
from ._errors import ProtocolError
from ._frames import Assembler, Hello, decode_hello
from ._protocol import BYE, SYNCED, signed


class Reason(enum.Enum):
    """Why a peer is gone."""

    LEFT = "left the bus"
    DIED = "died"
    RESTARTED = "died and was started again"
    CUT_OFF = "was cut off"
    UNREACHABLE = "can't be reached"


class Departure:
    """Why a peer is gone, in a sentence that begins with its name."""

    def __init__(self, reason: Reason, detail: str = "") -> None:
        self.reason = reason
        self.text = "%s: %s" % (reason.value, detail) if detail else reason.value

    @staticmethod
    def after(cause: Optional[Exception]) -> "Departure":
        """Returns that of a peer whose channel ended: because of a fault, or None when it just died."""
        return Departure(Reason.DIED) if cause is None else Departure(Reason.CUT_OFF, str(cause))


class State(enum.Enum):
    """How far the handshake has got."""

    INVITED = 1
    """The way from it is ready, and it has been told."""
    CONNECTED = 2
    """The way to it is open, and the way from it is read."""
    GONE = 3
    """Nothing more is sent or read."""


# A member of an enumeration takes a while to find.
_CONNECTED = State.CONNECTED


class PeerOwner:
    """Is told what happens to peers."""

    def on_frame(self, peer: "Peer", frame: bytes) -> None:
        """A frame other than its hello and its goodbye has arrived."""

    def on_departed(self, peer: "Peer", departure: Departure) -> None:
        """It is gone."""

    def on_way_out_gone(self, peer: "Peer") -> None:
        """It reads no more."""

    def on_drained(self, peer: "Peer") -> None:
        """Less waits for it than before."""


class Peer(InboundHandler, OutboundHandler):
    """A node that is up. Used on its event loop only."""

    def __init__(
        self,
        loop: asyncio.AbstractEventLoop,
        owner: PeerOwner,
        name: str,
        incarnation: int,
        own_incarnation: int,
        max_message_bytes: int,
        send_queue_bytes: int,
    ) -> None:
        self._loop = loop
        self._owner = owner
        self.name = name
        self.incarnation = incarnation
        self._own_incarnation = own_incarnation
        self._assembler = Assembler(max_message_bytes)
        self._most_queued = send_queue_bytes
        self.state = State.INVITED
        self.inbound: Optional[Inbound] = None
        self.outbound: Optional[Outbound] = None
        self._out_open = False
        self._flush: Optional[asyncio.Handle] = None
        self.hello: Optional[Hello] = None
        # The longest frame that it takes; known after its hello.
        self.max_message_bytes = 0
        self.greeted_at = 0.0
        # By which transport it reads, as its knock says, and by which this node reads it: numbers, 0 while not known.
        self.invited_on = 0
        self.reads_on = 0
        self.synced = False
        self.records = 0
        self.attachment: Any = None

    @property
    def vertx(self) -> int:
        """Returns the incarnation of its Vert.x; 0 before its hello."""
        return 0 if self.hello is None else signed(self.hello.vertx)

    def abandon(self) -> None:
        """Closes what a forked child must not keep."""
        self.state = State.GONE
        self._out_open = False
        for end in (self.inbound, self.outbound):
            if end is not None:
                end.abandon()

    def connected(self, outbound: Outbound) -> None:
        """The way to it is open."""
        self.outbound = outbound
        self._out_open = True
        self.state = State.CONNECTED

    def can_send(self) -> bool:
        """Returns whether frames can be sent."""
        return self._out_open and self.state is _CONNECTED

    @property
    def queued(self) -> int:
        """Returns how much waits for it in this process, in bytes."""
        return self.outbound.queued if self.outbound is not None and self._out_open else 0

    def is_full(self) -> bool:
        """Returns whether senders should wait: more waits than half of what may."""
        return self.queued > self._most_queued // 2

    def offer(self, frame: bytes) -> bool:
        """Sends a message, if there is a way and not too much waits; returns whether it was accepted. One may wait."""
        outbound = self.outbound
        if outbound is None or not self._out_open or self.state is not _CONNECTED:
            return False
        most = self._most_queued - WAITING_BYTES - len(frame)
        if outbound.queued > most and outbound.queued:
            outbound.flush()
            if outbound.queued > most and outbound.queued:
                return False
        outbound.put(frame)
        if self._flush is None or outbound.queued > FLUSH_BYTES:
            self._hurry(outbound)
        return True

    def send(self, frame: bytes) -> None:
        """Sends a frame however much waits: a control frame, a short failure, or one that is given back."""
        if self.outbound is not None and self.can_send():
            self.outbound.put(frame)
            if self._flush is None or self.outbound.queued > FLUSH_BYTES:
                self._hurry(self.outbound)

    def _hurry(self, outbound: Outbound) -> None:
        # What is sent first goes out at once, so that the peer can start on it; what follows in this turn of the event
        # loop goes out together.
        outbound.flush()
        if self._flush is None:
            self._flush = self._loop.call_soon(self._flush_now)

    def _flush_now(self) -> None:
        self._flush = None
        self.flush()

    def flush(self) -> None:
        """Writes what waits, as far as there is room."""
        if self._out_open and self.outbound is not None:
            self.outbound.flush()
            self._owner.on_drained(self)

    def nudge(self) -> None:
        """Makes the peer look whether there is room on its way to this node."""
        if self._out_open and self.outbound is not None:
            self.outbound.nudge()

    def on_record(self, record: bytes) -> None:
        if self.state is not State.CONNECTED:
            return
        self.records += 1
        frame = self._assembler.take(record)
        if frame is None:
            return
        if self.hello is None:
            self._greet(decode_hello(frame))
        elif frame[0] == BYE:
            self._owner.on_departed(self, Departure(Reason.LEFT))
        else:
            self.synced = self.synced or frame[0] == SYNCED
            self._owner.on_frame(self, frame)

    def _greet(self, hello: Hello) -> None:
        if (hello.node, hello.incarnation, hello.addressee) != (self.name, self.incarnation, self._own_incarnation):
            raise ProtocolError("hello of node %s on the channel of node %s" % (hello.node, self.name))
        self.hello = hello
        self.max_message_bytes = hello.max_message_bytes
        self.greeted_at = self._loop.time()

    def on_nudge(self) -> None:
        self.flush()

    def on_room_made(self) -> None:
        self.nudge()

    def on_room(self) -> None:
        self._owner.on_drained(self)

    def on_end(self, cause: Optional[Exception]) -> None:
        self._owner.on_departed(self, Departure.after(cause))

    def on_broken(self, cause: Optional[Exception]) -> None:
        if not self._out_open:
            return
        if cause is not None:
            self._owner.on_departed(self, Departure.after(cause))
        else:
            self._out_open = False
            self._owner.on_way_out_gone(self)

    def close_way_out(self) -> None:
        """Gives up what waits for it. Its frames are still accepted."""
        self._out_open = False
        if self._flush is not None:
            self._flush.cancel()
            self._flush = None
        if self.outbound is not None:
            self.outbound.close()

    def close(self) -> None:
        """Ends both ways."""
        self.state = State.GONE
        self.close_way_out()
        if self.inbound is not None:
            self.inbound.close()


class LastWords:
    """Bounds how long a peer that no longer reads is still read.

    Such a peer has usually closed both ends, one after the other, and what it wrote before is read to its end. One that
    keeps its writing end open, and says nothing, is not waited for. Time is counted in looks and not by the clock:
    while this process was stopped it did not read either.
    """

    SECONDS = 1.0
    LOOKS = 10

    def __init__(self, loop: asyncio.AbstractEventLoop, peer: Peer, over: Callable[[], None]) -> None:
        self._loop = loop
        self._peer = peer
        self._over = over
        self._records = peer.records
        self._vain = 0
        self._later()

    def _later(self) -> None:
        self._loop.call_later(self.SECONDS / self.LOOKS, self._look)

    def _look(self) -> None:
        peer = self._peer
        if peer.state is not State.CONNECTED:
            return
        if peer.records != self._records or (peer.inbound is not None and peer.inbound.paused):
            self._records = peer.records
            self._vain = 0
        else:
            self._vain += 1
        if self._vain == self.LOOKS:
            self._over()
        else:
            self._later()
