"""What becomes of what the node reports about peers."""

from __future__ import annotations

import asyncio
import logging
from typing import Callable, List, NamedTuple, Optional, Tuple

from ._errors import ProtocolError
from ._frames import encode_bare
from ._roster import NodeListener
from ._peer import Departure, Peer
from ._protocol import AVAILABLE, BOUNCE, EXPORT, MESSAGES, RELAYED, SYNCED, UNAVAILABLE, WITHDRAW
from ._router import Router
from ._sessions import Session

listener_log = logging.getLogger("vertx_ipc")


class PeerInfo(NamedTuple):
    """Another node of the bus."""

    node: str
    """Its name."""
    exports: Tuple[str, ...]
    """The addresses that it exports, imported here or not."""


class PeerEvent(NamedTuple):
    """What has happened to another node."""

    node: str
    """Its name."""
    state: str
    """``"up"``, ``"changed"`` when its exports have changed, or ``"down"``."""
    exports: Tuple[str, ...]
    """The addresses that it exports; of one that is down, those that it did."""
    reason: Optional[str]
    """Why it is down, for example ``"left the bus"`` or ``"died"``; else None."""


PeerHandler = Callable[[PeerEvent], None]


class Listener(NodeListener):
    """Passes what the node reports to the router."""

    def __init__(self) -> None:
        self.router: Optional[Router] = None
        self.peer_handlers: List[PeerHandler] = []
        self._waiters: List["asyncio.Future[None]"] = []

    def _running(self) -> Router:
        assert self.router is not None
        return self.router

    def on_up(self, peer: Peer) -> None:
        router = self._running()
        peer.attachment = router.sessions[peer.name] = Session(peer)
        router.announce(peer)
        peer.send(encode_bare(SYNCED))

    def on_frame(self, peer: Peer, frame: bytes) -> None:
        router, session, kind = self._running(), peer.attachment, frame[0]
        if kind in MESSAGES or kind == RELAYED or kind == BOUNCE:
            router.on_message(session, frame)
        elif kind == EXPORT:
            router.add_route(session.add(frame))
            self._changed(session)
        elif kind == WITHDRAW:
            route = session.remove(frame)
            if route is not None:
                router.remove_route(route)
                self._changed(session)
        elif kind == AVAILABLE or kind == UNAVAILABLE:
            session.hint(frame, kind == AVAILABLE)
        elif kind == SYNCED:
            self._tell(session, "up")
        else:
            raise ProtocolError("frame of kind %d" % kind)

    def _changed(self, session: Session) -> None:
        # The exports of the start arrive one by one; they are reported together.
        if session.peer.synced:
            self._tell(session, "changed")

    def on_muted(self, peer: Peer) -> None:
        peer.attachment.close()
        self.wake()

    def on_down(self, peer: Peer, departure: Departure) -> None:
        router, session = self._running(), peer.attachment
        if router.sessions.get(peer.name) is session:
            del router.sessions[peer.name]
        if session.peer.synced:
            self._tell(session, "down", departure.text)
        router.down(session, departure.text)
        self.wake()

    def on_drained(self, peer: Peer) -> None:
        if self._waiters and not peer.is_full():
            self.wake()

    def on_abandoned(self) -> None:
        router = self._running()
        router.thread = 0
        router.sessions.clear()

    def _tell(self, session: Session, state: str, reason: Optional[str] = None) -> None:
        event = PeerEvent(session.peer.name, state, tuple(session.routes), reason)
        for handler in self.peer_handlers:
            try:
                handler(event)
            except Exception:
                listener_log.exception("A handler of peers failed")

    async def change(self) -> None:
        """Waits until less waits for a peer, or routes have changed."""
        future: "asyncio.Future[None]" = asyncio.get_running_loop().create_future()
        self._waiters.append(future)
        try:
            await future
        finally:
            if future in self._waiters:
                self._waiters.remove(future)

    def wake(self) -> None:
        """Something has changed."""
        waiters, self._waiters = self._waiters, []
        for future in waiters:
            if not future.done():
                future.set_result(None)
