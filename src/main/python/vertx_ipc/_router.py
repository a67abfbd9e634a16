"""How messages of peers are delivered, and given back: the rules of the Java bridge, for a node on one bus."""

from __future__ import annotations

from typing import Optional, Tuple, Union

from ._channels import WAITING_BYTES
from ._consumers import Consumer, weight
from ._errors import DecodeError, FailureCode, ReplyError, failure, no_handlers
from ._frames import Incoming, encode_bounce
from ._message import Message, ReplyTo
from ._protocol import MAX_WAY, PUBLISH, REPLY, REQUEST, TRIED
from ._sender import Sender
from ._sessions import Route, Session

# How many times its limit may wait here while reading can't be stopped, because a reply is awaited.
_OVERDRAFT = 8


class Router(Sender):
    """Sends, delivers, and gives back. Used on its event loop only."""

    # Receiving.

    def open(self) -> None:
        """Delivers what has come for addresses that had no consumer yet: the start is over, and its caller has gone on."""
        early, self._early = self._early, None
        for messages in (early or {}).values():
            for session, incoming in messages:
                self.let_go(weight(incoming))
                self._on_asked(session, incoming)

    def _comes_early(self, address: str, session: Session, incoming: Incoming) -> bool:
        """Keeps a message that has come before the start has returned, if it finds no consumer yet."""
        if self._early is None or (address in self._consumers and address not in self._early):
            return False
        self._early.setdefault(address, []).append((session, incoming))
        self.hold(weight(incoming))
        return True

    def on_message(self, session: Session, frame: bytes) -> None:
        """Takes a message of a peer.

        :raises ProtocolError: when it is malformed
        """
        incoming = Incoming(frame)
        if incoming.bounced:
            self._on_bounced(session, incoming)
        elif incoming.kind == REPLY:
            self._on_reply(session, incoming)
        else:
            self._on_asked(session, incoming)

    def _on_asked(self, session: Session, incoming: Incoming) -> None:
        export = self.exports.numbered(incoming.target)
        if export is None:
            text = "Node '%s' does not export address number %d" % (self._node, incoming.target)
            error = self.losses.add(failure(FailureCode.NOT_EXPORTED, text), "number %d" % incoming.target)
            if incoming.kind == REQUEST:
                self.fail(ReplyTo(session, incoming.mark), error)
        elif not export.withdrawn and self._comes_early(export.address, session, incoming):
            pass  # Its consumer may be registered as soon as the start has returned.
        elif incoming.kind == PUBLISH:
            if self._is_first(session, incoming) and not export.withdrawn:
                self.received += 1
                self._publish_here(export.address, incoming, session)
        elif export.withdrawn or export.address not in self._consumers:
            self._bounce(session, incoming, export.address)
        else:
            self.received += 1
            reply_to = ReplyTo(session, incoming.mark) if incoming.kind == REQUEST and incoming.mark else None
            self._deliver_here(export.address, incoming, reply_to, session)

    def _is_first(self, session: Session, incoming: Incoming) -> bool:
        direct = not incoming.way
        origin = session.peer.vertx if direct else incoming.way[0]
        if origin == self.vertx:
            return False  # This node sent it, and it has come round.
        if not direct:
            window = self._windows.of(origin)
        else:
            if session.window is None:
                session.window = self._windows.of(origin)
            window = session.window
        return window.first(incoming.mark, direct)

    def _publish_here(self, address: str, incoming: Incoming, session: Optional[Session] = None) -> None:
        for consumer in list(self._consumers.get(address, ())):
            message = self._decoded(address, incoming, None, session)
            if message is None:
                return
            consumer._deliver(message)

    def _deliver_here(
        self, address: str, incoming: Incoming, reply_to: Optional[ReplyTo], session: Optional[Session] = None
    ) -> None:
        own = self._consumers.get(address)
        if not own:
            # It was unregistered in this turn of the event loop.
            self._lost_consumer(address, incoming, reply_to)
            return
        message = self._decoded(address, incoming, reply_to, session)
        if message is not None:
            turn = 0
            if len(own) > 1:
                turn = self._local_turns.get(address, 0) % len(own)
                self._local_turns[address] = turn + 1
            own[turn]._deliver(message)

    def _decoded(
        self, address: str, incoming: Incoming, reply_to: Optional[ReplyTo], session: Optional[Session]
    ) -> Optional[Message]:
        """Returns the message for one consumer, or None when it is lost."""
        node = self._node if session is None else session.peer.name
        if self._held > _OVERDRAFT * self._most_held:
            text = "Too much waits on node '%s': %d bytes (receive_queue_bytes)" % (self._node, self._held)
            error = failure(FailureCode.QUEUE_FULL, text)
        else:
            try:
                return Message(self, address, incoming, incoming.body(), reply_to)
            except DecodeError as e:
                text = "A message from node '%s' to '%s' can't be decoded: %s" % (node, address, e)
                error = failure(FailureCode.CODEC, text)
        self.losses.add(error, address)
        if reply_to is not None:
            self.fail(reply_to, error)
        return None

    def _on_reply(self, session: Session, incoming: Incoming) -> None:
        request = session.pending.get(incoming.reply_to)
        if request is None:
            return  # Its time is over, or nobody asked.
        reply_to = ReplyTo(session, incoming.mark) if incoming.mark else None
        try:
            body = incoming.body()
        except DecodeError as e:
            text = "A message from node '%s' to 'a request' can't be decoded: %s" % (session.peer.name, e)
            error = self.losses.add(failure(FailureCode.CODEC, text), request.address)
            request.fail(error)
            if reply_to is not None:
                self.fail(reply_to, error)
            return
        self.received += 1
        if isinstance(body, ReplyError):
            request.fail(body)
        else:
            request.succeed(Message(self, request.address, incoming, body, reply_to))

    # Giving back.

    def _bounce(self, session: Session, incoming: Incoming, address: str) -> None:
        """Gives back what found no consumer here, however much waits: up to twice the limit, as it was under way."""
        frame, peer = encode_bounce(incoming.frame), session.peer
        if len(frame) <= peer.max_message_bytes and peer.queued + WAITING_BYTES < 2 * self._most_queued:
            peer.send(frame)
        else:
            error = self.losses.add(no_handlers(address), address)
            if incoming.kind == REQUEST:
                self.fail(ReplyTo(session, incoming.mark), error)

    def _on_bounced(self, session: Session, incoming: Incoming) -> None:
        """Makes the next try: another node, a consumer here, or nobody."""
        address = session.address(incoming.target)
        request = session.pending.pop(incoming.mark, None) if incoming.kind == REQUEST else None
        if address is None or (incoming.kind == REQUEST and request is None):
            return  # Its time is over, or it was never sent.
        way = (*incoming.way, session.peer.vertx | TRIED)
        try:
            taker = self._next(address, way)
            if taker is None:
                raise self.losses.add(no_handlers(address), address)
            self._give(taker, incoming.kind, address, incoming.payload(), way, request)
        except ReplyError as e:
            if request is not None:
                request.fail(e)

    def _next(self, address: str, way: Tuple[int, ...]) -> Union[Consumer, Route, None]:
        tried = {vertx & ~TRIED for vertx in way}
        routes = [r for r in self.routes(address) if r.session.peer.vertx & ~TRIED not in tried]
        available = [route for route in routes if route.available]
        if len(way) > MAX_WAY:
            routes = available = []
        if available:
            return available[next(self._correlations) % len(available)]
        own = self._consumers.get(address)
        return own[0] if own else routes[0] if routes else None

    def _lost_consumer(self, address: str, incoming: Incoming, reply_to: Optional[ReplyTo]) -> None:
        """Handles a message of this process whose consumer went before it was delivered."""
        error = no_handlers(address)
        if reply_to is None:
            self.losses.add(error, address)
            return
        taker = self._next(address, ())
        if taker is None or reply_to.request is None:
            self.fail(reply_to, self.losses.add(error, address))
            return
        try:
            self._give(taker, incoming.kind, address, incoming.payload(), (), reply_to.request)
        except ReplyError as e:
            reply_to.request.fail(e)

    def again(self, message: Message) -> None:
        """Finds another consumer for a request that waited for one that has gone; a send is lost, as in one Vert.x."""
        to = message._take_reply_to()
        if to is None:
            self.losses.add(no_handlers(message.address), message.address)
        elif message.address in self._consumers:
            self._deliver_here(message.address, message._incoming, to, to.session)
        elif to.session is not None:
            self._bounce(to.session, message._incoming, message.address)
        else:
            self._lost_consumer(message.address, message._incoming, to)

    # Peers.

    def down(self, session: Session, text: str) -> None:
        """A peer is gone: requests that wait for its reply fail."""
        session.close()
        for route in list(session.routes.values()):
            self.remove_route(route)
        for request in list(session.pending.values()):
            error = failure(FailureCode.NODE_GONE, "Node '%s' %s" % (session.peer.name, text))
            request.fail(self.losses.add(error, request.address))
        self._check_pause()

    def close(self) -> None:
        """Ends all consumers, and fails what waits."""
        self.closed = True
        self._early = None
        error = failure(FailureCode.CLOSED, "The bus is closed")
        for request in list(self._waiting):
            request.fail(error)
        for own in list(self._consumers.values()):
            for consumer in list(own):
                consumer._closed()
        self._consumers.clear()
        self._routes.clear()
        self.sessions.clear()
