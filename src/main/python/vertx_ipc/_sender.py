"""Consumers, exports and routes, and how a message is sent: the rules of the Java bridge, for a node on one bus."""

from __future__ import annotations

import asyncio
import itertools
from threading import get_ident
from typing import Callable, Dict, List, Optional, Sequence, Tuple, Union

from ._consumers import Consumer
from ._errors import BusError, FailureCode, FailureType, ReplyError, failure, no_handlers, require_text
from ._frames import (
    Incoming,
    Payload,
    encode_available,
    encode_export,
    encode_message,
    encode_reply,
    encode_withdraw,
)
from ._losses import Losses
from ._message import Message, ReplyTo, Request, failure_payload
from ._peer import Peer
from ._protocol import PUBLISH, REQUEST, SEND
from ._sessions import Exports, Imports, Route, Session, require_address
from ._windows import PublishWindows


class Sender:
    """Sends, delivers, and gives back. Used on its event loop only."""

    def __init__(
        self,
        loop: asyncio.AbstractEventLoop,
        node: str,
        imports: Sequence[str],
        max_message_bytes: int,
        send_queue_bytes: int,
        receive_queue_bytes: int,
        pause: Callable[[bool], None],
    ) -> None:
        self._loop = loop
        self._node = node
        self._imports = Imports(imports)
        self._most = max_message_bytes
        self._most_queued = send_queue_bytes
        self._most_held = receive_queue_bytes
        self._pause = pause
        self._held = 0
        self._paused = False
        self.vertx = 0
        self.exports = Exports()
        self.sessions: Dict[str, Session] = {}
        self.losses = Losses()
        self.sent = self.received = 0
        self._consumers: Dict[str, List[Consumer]] = {}
        self._routes: Dict[str, List[Route]] = {}
        self._turns: Dict[str, int] = {}
        self._local_turns: Dict[str, int] = {}
        self._windows = PublishWindows()
        self._correlations = itertools.count(1)
        self._publishes = itertools.count(1)
        self._waiting: Dict[Request, None] = {}
        # What comes before the start has returned, for addresses without a consumer; None when that is over.
        self._early: Optional[Dict[str, List[Tuple[Session, Incoming]]]] = {}
        self.closed = False
        # The thread of the event loop; 0 in a forked child.
        self.thread = get_ident()
        self.on_routes: Callable[[], None] = lambda: None

    def elsewhere(self) -> BusError:
        """Returns what is wrong when something is called where :attr:`thread` is not."""
        if not self.thread:
            return BusError("This bus is the parent's: a forked child closes its own copy, and makes a new Bus")
        return BusError("Called on another thread than its event loop's: use call_soon_threadsafe, or a SyncBus")

    def soon(self, call: Callable[[], None]) -> None:
        """Calls something on the event loop, unless that is closed. May be called on any thread."""
        try:
            self._loop.call_soon_threadsafe(call)
        except RuntimeError:
            pass  # The loop is closed, and with it everything that the call could end.

    # Consumers of this process.

    def register(self, consumer: Consumer) -> None:
        """Adds a consumer; peers are told at once that an exported address has one."""
        self._require_open()
        self._consumers.setdefault(consumer.address, []).append(consumer)
        self._say_available(consumer.address)

    def unregister(self, consumer: Consumer) -> None:
        """Removes a consumer."""
        own = self._consumers.get(consumer.address, [])
        if consumer in own:
            own.remove(consumer)
            if not own:
                del self._consumers[consumer.address]
                self._local_turns.pop(consumer.address, None)
            self._say_available(consumer.address)

    def _say_available(self, address: str) -> None:
        export = self.exports.get(address)
        available = address in self._consumers
        if export is not None and export.said_available != available:
            export.said_available = available
            self._to_all(encode_available(export.number, available))

    def _to_all(self, frame: bytes) -> None:
        for session in self.sessions.values():
            session.peer.send(frame)

    def hold(self, size: int) -> None:
        """A message waits here. Reading stops when it is too much, unless this process waits for a reply itself."""
        self._held += size
        self._check_pause()

    def let_go(self, size: int) -> None:
        """A message waits no longer."""
        self._held -= size
        self._check_pause()

    def _check_pause(self) -> None:
        wanted = self._held > (self._most_held // 2 if self._paused else self._most_held)
        if wanted and any(session.pending for session in self.sessions.values()):
            wanted = False
        if wanted != self._paused:
            self._paused = wanted
            self._pause(wanted)

    # Exports.

    def export(self, address: str) -> None:
        """Lets others reach an address.

        :raises ValueError: when it may not be shared
        """
        self._require_open()
        export = self.exports.add(require_address(address))
        if export is not None:
            export.said_available = address in self._consumers
            self._to_all(encode_export(export.number, address, export.said_available))

    def withdraw(self, address: str) -> None:
        """Ends an export. Messages that are under way are given back."""
        export = self.exports.remove(address)
        if export is not None:
            self._to_all(encode_withdraw(export.number))

    def announce(self, peer: Peer) -> None:
        """Tells a new peer what is exported."""
        for export in self.exports.all():
            peer.send(encode_export(export.number, export.address, export.said_available))

    # Routes.

    def add_route(self, route: Route) -> None:
        """A peer exports an address."""
        if self._imports.match(route.address):
            self._routes.setdefault(route.address, []).append(route)
            self.on_routes()

    def remove_route(self, route: Route) -> None:
        """A peer exports it no longer, or is gone."""
        routes = self._routes.get(route.address)
        if routes is not None and route in routes:
            routes.remove(route)
            if not routes:
                del self._routes[route.address]
            self.on_routes()

    def require_import(self, address: str) -> None:
        """Fails when no peer can ever have the address, because it is not imported."""
        if not isinstance(address, str) or not self._imports.match(address):
            raise ValueError("%r is not imported: nothing in 'imports' is or matches it" % (address,))

    def routes(self, address: str) -> List[Route]:
        """Returns the routes to an address that are open."""
        return [route for route in self._routes.get(address, ()) if route.open]

    def has(self, address: str) -> bool:
        """Returns whether a node that can be reached exports the address."""
        return bool(self.routes(address))

    # Sending.

    def send(self, address: str, payload: Payload, request: Optional[Request] = None) -> None:
        """Sends to one consumer. A request fails by its future, anything else by an exception.

        :raises ReplyError: when the message was not accepted
        """
        if self.closed:
            self._require_open()
        own = self._consumers.get(address, ())
        routes = self._routes.get(address, ())
        if len(routes) == 1 and not own and routes[0].exported:
            route = routes[0]
            if request is None:
                self._offer(route.session.peer, encode_message(SEND, route.number, 0, payload), address)
            else:
                self._write(route, REQUEST, payload, (), request)
            return
        kind = SEND if request is None else REQUEST
        takers: List[Union[Consumer, Route]] = [*own, *(r for r in routes if r.available and r.open)]
        if not takers:
            takers.extend([route for route in routes if route.open][:1])
        if not takers:
            require_text(address)
            raise self.losses.add(no_handlers(address), address) if routes or own else no_handlers(address)
        turn = 0
        if len(takers) > 1:
            turn = self._turns.get(address, 0) % len(takers)
            self._turns[address] = turn + 1
        self._give(takers[turn], kind, address, payload, (), request)

    def _give(
        self,
        taker: Union[Consumer, Route],
        kind: int,
        address: str,
        payload: Payload,
        way: Tuple[int, ...],
        request: Optional[Request],
    ) -> None:
        if isinstance(taker, Route):
            self._write(taker, kind, payload, way, request)
        else:
            incoming = Incoming(encode_message(kind, 0, 0, payload))
            reply_to = None if request is None else ReplyTo(request=request)
            self._loop.call_soon(self._deliver_here, address, incoming, reply_to)

    def _write(
        self, route: Route, kind: int, payload: Payload, way: Tuple[int, ...], request: Optional[Request]
    ) -> None:
        session = route.session
        correlation = 0 if request is None else self._wait_at(session, request)
        frame = encode_message(kind, route.number, correlation, payload, way)
        try:
            self._offer(session.peer, frame, route.address)
        except ReplyError:
            session.pending.pop(correlation, None)
            raise

    def _wait_at(self, session: Session, request: Request) -> int:
        correlation = next(self._correlations)
        request.session, request.correlation = session, correlation
        session.pending[correlation] = request
        if self._paused:
            self._check_pause()
        return correlation

    def _offer(self, peer: Peer, frame: bytes, address: str) -> None:
        if len(frame) > self._most or len(frame) > peer.max_message_bytes:
            raise self.losses.add(self._too_large(peer, len(frame), address), address)
        if peer.offer(frame):
            self.sent += 1
            return
        if not peer.can_send():
            raise self.losses.add(failure(FailureCode.NODE_GONE, "Node '%s' is gone" % peer.name), address)
        text = "Too much waits for node '%s': %d bytes, at most %d are configured (send_queue_bytes)"
        raise self.losses.add(
            failure(FailureCode.QUEUE_FULL, text % (peer.name, peer.queued, self._most_queued)), address
        )

    def _too_large(self, peer: Peer, length: int, address: str) -> ReplyError:
        most = min(self._most, peer.max_message_bytes)
        whose = "max_message_bytes" if most == self._most else "maxMessageBytes of node '%s'" % peer.name
        text = "A message to '%s' takes %d bytes, at most %d are configured (%s)"
        return failure(FailureCode.TOO_LARGE, text % (address, length, most, whose))

    def publish(self, address: str, payload: Payload) -> None:
        """Sends to all consumers.

        :raises ReplyError: when a node did not accept the message; all others have it
        """
        self._require_open()
        number = next(self._publishes)
        if address in self._consumers:
            incoming = Incoming(encode_message(PUBLISH, 0, number, payload))
            self._loop.call_soon(self._publish_here, address, incoming)
        error: Optional[ReplyError] = None
        routes = self.routes(address)
        if not routes:
            require_text(address)
        for route in routes:
            try:
                self._offer(
                    route.session.peer, encode_message(PUBLISH, route.number, number, payload), address
                )
            except ReplyError as e:
                error = e
        if error is not None:
            raise error

    def start_timer(self, request: Request, timeout: float) -> None:
        """Fails a request that has no reply in time."""

        def over() -> None:
            text = "Timed out after waiting %d(ms) for a reply. address: %s" % (timeout * 1000, request.address)
            request.fail(ReplyError(FailureType.TIMEOUT, -1, text))

        if not request.future.done():
            request.timer = self._loop.call_later(timeout, over)

    async def outcome(self, request: Request) -> Message:
        """Waits for the reply to a request."""
        self._waiting[request] = None
        try:
            return await request.future
        finally:
            self._waiting.pop(request, None)
            if request.timer is not None:
                request.timer.cancel()
            if request.session is not None:
                request.session.pending.pop(request.correlation, None)

    def _deliver_here(
        self, address: str, incoming: Incoming, reply_to: Optional[ReplyTo], session: Optional[Session] = None
    ) -> None:
        raise NotImplementedError

    def _publish_here(self, address: str, incoming: Incoming, session: Optional[Session] = None) -> None:
        raise NotImplementedError

    def again(self, message: Message) -> None:
        """Finds another consumer for a request that waited for one that has gone."""
        raise NotImplementedError

    def _require_open(self) -> None:
        if self.closed:
            raise failure(FailureCode.CLOSED, "The bus is closed")

    # Replying.

    def reply(self, to: ReplyTo, payload: Payload, request: Optional[Request]) -> None:
        """Sends a reply.

        :param request: waits for a reply to it, or None
        :raises ReplyError: when it was not accepted
        """
        if to.request is not None:
            self._reply_here(to.request, payload, request)
            return
        session = to.session
        assert session is not None
        if not session.peer.can_send():
            self._require_open()
            raise failure(FailureCode.NODE_GONE, "Node '%s' is gone" % session.peer.name)
        correlation = 0 if request is None else self._wait_at(session, request)
        try:
            self._offer(session.peer, encode_reply(to.correlation, correlation, payload), "a reply")
        except ReplyError:
            session.pending.pop(correlation, None)
            raise

    def _reply_here(self, asked: Request, payload: Payload, request: Optional[Request]) -> None:
        incoming = Incoming(encode_reply(0, 0, payload))
        reply_to = None if request is None else ReplyTo(request=request)
        body = incoming.body()
        if isinstance(body, ReplyError):
            asked.fail(body)
        else:
            asked.succeed(Message(self, asked.address, incoming, body, reply_to))

    def fail(self, to: ReplyTo, error: ReplyError) -> None:
        """Tells who waits for a reply that there will be none, however much waits already."""
        if to.request is not None:
            to.request.fail(error)
        elif to.session is not None and to.correlation:
            to.session.peer.send(encode_reply(to.correlation, 0, failure_payload(error)))
