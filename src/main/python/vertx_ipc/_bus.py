"""The bus, for asyncio."""

from __future__ import annotations

import asyncio
import inspect
import os
from threading import get_ident
from typing import Any, Callable, Dict, List, Optional, Sequence, Tuple, TypeVar, Union, overload

from ._consumers import Consumer, Handler, MessageStream, require_address_of_consumer, require_handler
from ._errors import BusError, FailureCode, failure
from ._frames import encode_payload
from ._headers import HeadersLike
from ._listener import Listener, PeerHandler, PeerInfo
from ._message import Message, Request, require_timeout
from ._node import Node
from ._options import check_options
from ._router import Router
from ._sessions import require_address

_H = TypeVar("_H", bound=Handler)

# After how many calls of drained the event loop gets a turn, even when there is room.
_TURN_CALLS = 64


class Bus:
    """A node on a bus, for asyncio.

    ``async with Bus("demo", node="model", exports=["model.predict"], imports=["orders.*"]) as bus:`` joins and leaves.
    All methods are called on the event loop on which it was started, and none but the coroutines waits. Consumers may
    be declared before it is started.
    """

    def __init__(
        self,
        bus: str,
        *,
        node: Optional[str] = None,
        transport: str = "fifo",
        exports: Sequence[str] = (),
        imports: Sequence[str] = (),
        directory: Union[str, "os.PathLike[str]", None] = None,
        group: Union[str, int, None] = None,
        ring_bytes: int = 1 << 20,
        pipe_bytes: int = 1 << 20,
        max_message_bytes: int = 64 << 20,
        send_queue_bytes: int = 16 << 20,
        receive_queue_bytes: int = 16 << 20,
        start_timeout: float = 2.0,
        close_timeout: float = 2.0,
    ) -> None:
        """Creates a node that is not on the bus yet.

        :param bus: name of the bus
        :param node: name of the node, unique on the bus; None makes one for this process
        :param transport: how it receives: ``"fifo"``, or ``"shm"`` for rings (CPython on x86-64)
        :param exports: exact addresses that others may reach here
        :param imports: addresses of others that may be used here: exact ones, ``orders.*`` or ``*``
        :param directory: the directory of the buses; None for that of this user in ``/dev/shm``
        :param group: name or number of a group whose members take part; None for this user alone
        :param ring_bytes: size of the ring from each peer: a power of two, 4096 to 2^30
        :param pipe_bytes: wanted size of the FIFO from each peer in the kernel, 4096 to 2^30
        :param max_message_bytes: the longest message, 1024 to 2^30
        :param send_queue_bytes: how much may wait in this process for each peer; what is more fails with ``QUEUE_FULL``
        :param receive_queue_bytes: how much may wait for streams and tasks of consumers before no more is read; while
            this process waits for replies itself it reads on, and loses what is more than 8 times that
        :param start_timeout: how long starting waits for the exports of others, in seconds
        :param close_timeout: how long closing waits until all that was sent is written, in seconds
        :raises ValueError: when an option is out of its range
        """
        self._options = check_options(
            bus,
            node,
            transport,
            exports,
            imports,
            directory,
            group,
            ring_bytes,
            pipe_bytes,
            max_message_bytes,
            send_queue_bytes,
            receive_queue_bytes,
            start_timeout,
            close_timeout,
        )
        self._declared: List[Tuple[str, Handler]] = []
        self._exports = list(self._options.exports)
        self._listener = Listener()
        self._router: Optional[Router] = None
        self._node: Optional[Node] = None
        self._loop: Optional[asyncio.AbstractEventLoop] = None
        self._started = False
        self._calls = 0

    @property
    def node(self) -> str:
        """Returns the name of this node."""
        return self._options.config.node

    @property
    def path(self) -> str:
        """Returns the directory of the bus."""
        return "%s/%s" % (self._options.config.buses, self._options.config.bus)

    async def start(self) -> "Bus":
        """Joins the bus; returns when the nodes that are there have said what they export, or after ``start_timeout``.

        A message to an exported address that comes before it has returned, and finds no consumer, waits for one that is
        registered at once, as at the beginning of an ``async with``.

        :raises BusError: when the name is taken (the error names the process), when a directory is not what it should
            be or has no room, or when this was started before; after any other failure it may be started again
        """
        if self._started:
            raise BusError("This node was started before: each start needs a Bus of its own")
        self._started = True
        self._loop = loop = asyncio.get_running_loop()
        options, config = self._options, self._options.config
        node = Node(loop, config, self._listener)
        router = Router(
            loop,
            config.node,
            options.imports,
            config.max_message_bytes,
            config.send_queue_bytes,
            options.receive_queue_bytes,
            node.set_paused,
        )
        router.vertx = node.vertx
        router.on_routes = self._listener.wake
        self._listener.router = router
        for address in self._exports:
            router.export(address)
        self._router = router
        for address, handler in self._declared:
            router.register(Consumer(router, address, handler))
        try:
            await node.start()
        except BaseException as e:
            router.close()
            self._router, self._started = None, False
            if isinstance(e, OSError):
                raise BusError("Node '%s' can't join the bus in %s: %s" % (self.node, self.path, e)) from e
            raise
        self._node = node
        # Whoever has started it registers consumers next: at once, or a turn later when this runs in a task of its own.
        loop.call_soon(loop.call_soon, router.open)
        return self

    async def close(self) -> None:
        """Leaves the bus: says goodbye, and waits until what was sent is written, or for ``close_timeout``.

        Streams end behind their last message, tasks of consumers are cancelled, and requests that wait fail with
        ``CLOSED``. Does nothing the second time. When it is cancelled, it has left without waiting.

        :raises BusError: when this is not the event loop on which it was started
        """
        node, router = self._node, self._router
        if node is None or router is None or not router.thread:
            return  # A forked child has nothing to leave.
        self._on_own_loop()
        self._node = None
        try:
            await node.leave()
        finally:
            router.close()
            self._listener.wake()

    async def __aenter__(self) -> "Bus":
        return await self.start()

    async def __aexit__(self, *exc: Any) -> None:
        await self.close()

    def _running(self) -> Router:
        router = self._router
        if router is None:
            raise BusError("This node is not started")
        if get_ident() != router.thread:
            raise router.elsewhere()
        return router

    def _on_own_loop(self) -> Router:
        router = self._running()
        if asyncio.get_running_loop() is not self._loop:
            raise BusError("This node belongs to another event loop: start, use and close it in one asyncio.run")
        return router

    # Consumers.

    @overload
    def consumer(self, address: str) -> Callable[[_H], _H]: ...

    @overload
    def consumer(self, address: str, handler: Handler) -> Consumer: ...

    def consumer(
        self, address: str, handler: Optional[Handler] = None
    ) -> Union[Consumer, Callable[[Any], Any]]:
        """Registers a consumer of an address: a function or a coroutine function, which gets each :class:`Message`.

        Without a handler it is a decorator. Others reach it if the address is exported. An exception of the handler
        fails its message with ``RECIPIENT_FAILURE`` and code -1.

        :return: the consumer, which can be unregistered; as a decorator the function
        :raises BusError: when a handler is given and the node is not started
        :raises ReplyError: with the code ``CLOSED`` when the bus is closed
        """
        require_address_of_consumer(address)
        if handler is not None:
            return self._register(address, handler)

        def declare(function: _H) -> _H:
            if self._router is None:
                self._declared.append((address, require_handler(function)))
            else:
                self._register(address, function)
            return function

        return declare

    def _register(self, address: str, handler: Handler) -> Consumer:
        router = self._running()
        consumer = Consumer(router, address, require_handler(handler))
        router.register(consumer)
        return consumer

    def consume(self, address: str) -> MessageStream:
        """Registers a consumer that is read by ``async for message in bus.consume(address)``.

        :raises BusError: when the node is not started
        :raises ReplyError: with the code ``CLOSED`` when the bus is closed
        """
        return MessageStream(self._running(), require_address_of_consumer(address))

    # Messages.

    def send(self, address: str, body: Any = None, *, headers: HeadersLike = None) -> None:
        """Sends a message to one consumer: nodes that have one and the consumers of this node take turns.

        :raises ReplyError: when it was not accepted: ``NO_HANDLERS``, or a :class:`FailureCode`. What is accepted may
            still be lost when a process dies
        """
        router = self._router
        if router is None or get_ident() != router.thread:
            router = self._running()
        router.send(address, encode_payload(body, headers, address))

    def publish(self, address: str, body: Any = None, *, headers: HeadersLike = None) -> None:
        """Sends a message to all consumers, of which there may be none.

        :raises ReplyError: when a node did not accept it; the others have it
        """
        router = self._running()
        router.publish(address, encode_payload(body, headers, address))

    async def request(
        self, address: str, body: Any = None, *, timeout: float = 30.0, headers: HeadersLike = None
    ) -> Message:
        """Sends a message to one consumer and waits for its reply.

        :param timeout: in seconds
        :raises ReplyError: of type ``RECIPIENT_FAILURE`` when the consumer fails it, ``NO_HANDLERS`` at once when there
            is none, ``TIMEOUT``, or ``ERROR`` with a :class:`FailureCode`: ``NODE_GONE`` when its node dies or leaves
        """
        router = self._on_own_loop()
        require_timeout(timeout)
        payload = encode_payload(body, headers, address)
        future: "asyncio.Future[Message]" = asyncio.get_running_loop().create_future()
        request = Request(future, address)
        router.send(address, payload, request)
        router.start_timer(request, timeout)
        return await router.outcome(request)

    async def drained(self, address: str) -> None:
        """Waits until less than half of ``send_queue_bytes`` waits for each node that exports an address.

        Whoever sends much calls it between messages; then nothing fails with ``QUEUE_FULL``.

        :raises ReplyError: with the code ``CLOSED`` when the bus is closed, or is closed meanwhile
        """
        router = self._running()
        if router.closed:
            await self._change()
        self._calls += 1
        if self._calls % _TURN_CALLS == 0:
            await asyncio.sleep(0)
        while any(route.session.peer.is_full() for route in router.routes(address)):
            await self._change()

    async def await_export(self, address: str, timeout: Optional[float] = None) -> None:
        """Waits until a node that can be reached exports an imported address.

        :param timeout: in seconds; None waits without end
        :raises asyncio.TimeoutError: when none does in time
        :raises ValueError: when the address is not imported, so that none ever could
        """
        router = self._on_own_loop()
        router.require_import(address)
        if timeout is not None:
            require_timeout(timeout)

        async def wait() -> None:
            while not router.has(address):
                await self._change()

        await asyncio.wait_for(wait(), timeout)

    async def _change(self) -> None:
        if self._node is None:
            raise failure(FailureCode.CLOSED, "The bus is closed")
        await self._listener.change()

    # Exports and peers.

    def export(self, address: str) -> None:
        """Lets others reach an address from now on.

        :raises ValueError: when it may not be shared: one with ``*``, or that begins with ``__vertx``
        """
        if self._router is None:
            self._exports.append(require_address(address))
        else:
            self._running().export(address)

    def withdraw(self, address: str) -> None:
        """Ends an export. Messages to it that are under way go to another node, or back."""
        if self._router is None:
            self._exports = [exported for exported in self._exports if exported != address]
        else:
            self._running().withdraw(address)

    @property
    def peers(self) -> List[PeerInfo]:
        """Returns the other nodes that are connected."""
        if self._router is None:
            return []
        return [PeerInfo(name, tuple(s.routes)) for name, s in self._router.sessions.items() if s.peer.synced]

    def on_peer(self, handler: PeerHandler) -> PeerHandler:
        """Has a function called on the event loop when a node is up, has other exports, or is down. Also a decorator."""
        if not callable(handler) or inspect.iscoroutinefunction(handler):
            raise TypeError("a function is needed, which is no coroutine function, and not %r" % (handler,))
        self._listener.peer_handlers.append(handler)
        return handler

    def stats(self) -> Dict[str, int]:
        """Returns how many messages were sent to and received from peers, and lost, by the reason."""
        if self._router is None:
            return {"sent": 0, "received": 0}
        return {"sent": self._router.sent, "received": self._router.received, **self._router.losses.counts}
