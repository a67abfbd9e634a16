"""Consumers of this process: functions, coroutines and streams."""

from __future__ import annotations

import asyncio
import collections
import functools
import inspect
import logging
from typing import TYPE_CHECKING, Any, Awaitable, Callable, Deque, Optional, Set, Union

from ._errors import FailureType, ReplyError
from ._frames import Incoming
from ._message import Message

if TYPE_CHECKING:
    from ._sender import Sender

consumers_log = logging.getLogger("vertx_ipc")

Handler = Callable[[Message], Union[None, Awaitable[None]]]

# What a message that waits takes besides its bytes.
MESSAGE_BYTES = 1_024


def weight(incoming: Incoming) -> int:
    """Returns how much memory a message that waits takes, roughly, in bytes."""
    return MESSAGE_BYTES + len(incoming.frame)


def require_address_of_consumer(address: str) -> str:
    """Returns the address of a consumer, which may be any text."""
    if not isinstance(address, str):
        raise TypeError("an address is needed, as in consumer('orders.new'), and not %r" % (address,))
    if not address:
        raise ValueError("an empty text is no address")
    return address


def require_handler(handler: Handler) -> Handler:
    """Returns the handler of a consumer."""
    if not callable(handler):
        raise TypeError("a consumer is a function or a coroutine function, and not %r" % (handler,))
    return handler


def _report(message: Message, error: BaseException) -> None:
    consumers_log.error("The consumer of '%s' failed", message.address, exc_info=error)
    text = type(error).__name__
    try:
        text += ": %s" % error
    except Exception as e:
        text += ", of which there is no text: %s" % type(e).__name__
    message._fail(ReplyError(FailureType.RECIPIENT_FAILURE, -1, text))


class Consumer:
    """A function, or a coroutine function, that gets the messages to an address until it is unregistered.

    A function is called on the event loop. Of a coroutine function each message starts a task of its own, in the order
    of the messages; what waits in such tasks counts against ``receive_queue_bytes``.
    """

    def __init__(self, router: "Sender", address: str, handler: Optional[Handler]) -> None:
        self.address = address
        self._router = router
        self._handler = handler
        self._tasks: Set["asyncio.Task[None]"] = set()
        self.registered = True

    def _deliver(self, message: Message) -> None:
        handler = self._handler
        assert handler is not None
        try:
            result = handler(message)
        except (Exception, asyncio.CancelledError) as e:
            # The latter comes from the result of a future that was cancelled: here is no task that could be.
            _report(message, e)
            return
        if inspect.isawaitable(result):
            self._router.hold(weight(message._incoming))
            task = asyncio.ensure_future(self._run(message, result))
            self._tasks.add(task)
            task.add_done_callback(functools.partial(self._ended, message, result))

    async def _run(self, message: Message, result: Awaitable[None]) -> None:
        try:
            await result
        except Exception as e:
            _report(message, e)

    def _ended(self, message: Message, result: Awaitable[None], task: "asyncio.Task[None]") -> None:
        self._tasks.discard(task)
        self._router.let_go(weight(message._incoming))
        if task.cancelled():
            message._fail(ReplyError(FailureType.RECIPIENT_FAILURE, -1, "The consumer was cancelled"))
            if inspect.iscoroutine(result):
                result.close()  # It may have been cancelled before it had begun.

    def unregister(self) -> None:
        """Ends it: it gets no more messages. Tasks that run go on."""
        if self.registered:
            self.registered = False
            self._router.unregister(self)

    def _closed(self) -> None:
        """The bus is closed: tasks that still run are cancelled, except the one that closes it."""
        self.registered = False
        for task in self._tasks - {asyncio.current_task()}:
            task.cancel()


class _StreamConsumer(Consumer):
    """Keeps messages for a stream. It does not know the stream, so that one that nobody reads any more can go."""

    def __init__(self, router: "Sender", address: str) -> None:
        super().__init__(router, address, None)
        self.queue: Deque[Message] = collections.deque()
        self.waiter: Optional["asyncio.Future[None]"] = None

    def _deliver(self, message: Message) -> None:
        self._router.hold(weight(message._incoming))
        self.queue.append(message)
        self._wake()

    def _wake(self) -> None:
        if self.waiter is not None and not self.waiter.done():
            self.waiter.set_result(None)

    def unregister(self) -> None:
        if self.registered:
            super().unregister()
            self._wake()
            while self.queue:
                message = self.queue.popleft()
                self._router.let_go(weight(message._incoming))
                self._router.again(message)

    def _closed(self) -> None:
        super()._closed()
        self._wake()


class MessageStream:
    """The messages to an address, for ``async for``. What waits here counts against ``receive_queue_bytes``.

    Requests that wait when the stream is closed go to another consumer. Closing the bus ends the stream behind the last
    message.
    """

    def __init__(self, router: "Sender", address: str) -> None:
        self._router = router
        self._consumer = _StreamConsumer(router, address)
        router.register(self._consumer)

    @property
    def address(self) -> str:
        """Returns the address."""
        return self._consumer.address

    def __aiter__(self) -> "MessageStream":
        return self

    async def __anext__(self) -> Message:
        consumer = self._consumer
        while not consumer.queue:
            if not consumer.registered:
                raise StopAsyncIteration
            if consumer.waiter is not None and not consumer.waiter.done():
                raise RuntimeError("two tasks wait for the same stream")
            consumer.waiter = asyncio.get_running_loop().create_future()
            await consumer.waiter
        message = consumer.queue.popleft()
        self._router.let_go(weight(message._incoming))
        return message

    async def aclose(self) -> None:
        """Ends it. Does nothing the second time."""
        self._consumer.unregister()

    async def __aenter__(self) -> "MessageStream":
        return self

    async def __aexit__(self, *exc: Any) -> None:
        await self.aclose()

    def __del__(self) -> None:
        # A loop that was left by "break" has no other end.
        self._router.soon(self._consumer.unregister)
