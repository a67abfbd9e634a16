"""The bus for scripts that do not use asyncio: an event loop in a thread of its own does the work."""

from __future__ import annotations

import asyncio
import concurrent.futures
import threading
from typing import Any, Callable, Coroutine, Generator, List, Optional, TypeVar

from ._bus import Bus
from ._errors import BusError
from ._headers import HeadersLike
from ._listener import PeerInfo
from ._message import Message, require_timeout

_T = TypeVar("_T")


class SyncMessage:
    """A message for a script: as :class:`Message`, and may be answered on any thread.

    :ivar address: to which it was sent
    :ivar body: its body
    :ivar headers: its headers
    """

    def __init__(self, bus: "SyncBus", message: Message) -> None:
        self._bus = bus
        self._message = message
        self.address = message.address
        self.body = message.body
        self.headers = message.headers

    def reply(self, body: Any = None, *, headers: HeadersLike = None) -> None:
        """Answers it, as :meth:`Message.reply`."""
        self._bus._on_loop(lambda: self._message.reply(body, headers=headers))

    def fail(self, code: int, text: Optional[str] = None) -> None:
        """Fails it, as :meth:`Message.fail`."""
        self._bus._on_loop(lambda: self._message.fail(code, text))

    def __repr__(self) -> str:
        return repr(self._message)


class SyncBus:
    """A node on a bus, for scripts: ``with SyncBus("demo", imports=["orders.*"]) as bus:``.

    Takes the same arguments as :class:`Bus`. May be used by several threads.
    """

    def __init__(self, bus: str, **options: Any) -> None:
        self._bus = Bus(bus, **options)
        self._loop: Optional[asyncio.AbstractEventLoop] = None
        self._thread: Optional[threading.Thread] = None
        # Guards what is given to the loop: nothing is once it has stopped, because nobody would ever answer.
        self._lock = threading.Lock()
        self._stopped = False

    def _run(self, loop: asyncio.AbstractEventLoop) -> None:
        asyncio.set_event_loop(loop)
        loop.run_forever()
        with self._lock:
            self._stopped = True
        loop.run_until_complete(self._cancel_all())
        loop.close()

    @staticmethod
    async def _cancel_all() -> None:
        """Ends what was interrupted, or has come too late: it leaves in order, and who waits for it is told."""
        await asyncio.sleep(0)
        tasks = asyncio.all_tasks() - {asyncio.current_task()}
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def _wait(self, coroutine: Coroutine[Any, Any, _T]) -> _T:
        try:
            future = self._give(coroutine)
        except BusError:
            coroutine.close()
            raise
        try:
            return future.result()
        except BaseException:
            # After Ctrl-C nobody waits for it any more.
            future.cancel()
            raise

    def _give(self, coroutine: Coroutine[Any, Any, _T]) -> "concurrent.futures.Future[_T]":
        thread, loop = self._thread, self._loop
        if thread is None or loop is None or not thread.is_alive():
            raise BusError("This node is not started, or is closed, or this is a forked child")
        if thread is threading.current_thread():
            raise BusError("This is the node's own thread, which can't wait for itself")
        with self._lock:
            if self._stopped:
                raise BusError("This node is closed")
            return asyncio.run_coroutine_threadsafe(coroutine, loop)

    def _on_loop(self, call: Callable[[], _T]) -> _T:
        async def run() -> _T:
            return call()

        return self._wait(run())

    @property
    def node(self) -> str:
        """Returns the name of this node."""
        return self._bus.node

    @property
    def peers(self) -> List[PeerInfo]:
        """Returns the other nodes that are connected."""
        return self._on_loop(lambda: self._bus.peers)

    def start(self) -> "SyncBus":
        """Joins the bus, as :meth:`Bus.start`."""
        if self._thread is not None:
            raise BusError("This node was started before: each start needs a SyncBus of its own")
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._run, args=(self._loop,), name="vertx-ipc", daemon=True)
        self._thread.start()
        try:
            self._wait(self._bus.start())
        except BaseException:
            self._stop(self._thread, self._loop)
            self._thread = self._loop = None
            self._stopped = False
            raise
        return self

    def close(self) -> None:
        """Leaves the bus, as :meth:`Bus.close`. Does nothing the second time."""
        if self._thread is not None and self._loop is not None and self._thread.is_alive():
            try:
                self._wait(self._bus.close())
            finally:
                self._stop(self._thread, self._loop)

    @staticmethod
    def _stop(thread: threading.Thread, loop: asyncio.AbstractEventLoop) -> None:
        loop.call_soon_threadsafe(loop.stop)
        thread.join()

    def __enter__(self) -> "SyncBus":
        return self.start()

    def __exit__(self, *exc: Any) -> None:
        self.close()

    def send(self, address: str, body: Any = None, *, headers: HeadersLike = None) -> None:
        """Sends a message to one consumer, as :meth:`Bus.send`; waits while too much waits for its nodes."""

        async def run() -> None:
            await self._bus.drained(address)
            self._bus.send(address, body, headers=headers)

        self._wait(run())

    def publish(self, address: str, body: Any = None, *, headers: HeadersLike = None) -> None:
        """Sends a message to all consumers, as :meth:`Bus.publish`; waits while too much waits for their nodes."""

        async def run() -> None:
            await self._bus.drained(address)
            self._bus.publish(address, body, headers=headers)

        self._wait(run())

    def request(
        self, address: str, body: Any = None, *, timeout: float = 30.0, headers: HeadersLike = None
    ) -> SyncMessage:
        """Sends a message to one consumer and returns its reply, as :meth:`Bus.request`."""
        return SyncMessage(self, self._wait(self._bus.request(address, body, timeout=timeout, headers=headers)))

    def await_export(self, address: str, timeout: Optional[float] = None) -> None:
        """Waits until a node exports an address, as :meth:`Bus.await_export`."""
        self._wait(self._bus.await_export(address, timeout))

    def export(self, address: str) -> None:
        """Lets others reach an address from now on, as :meth:`Bus.export`."""
        self._on_loop(lambda: self._bus.export(address))

    def withdraw(self, address: str) -> None:
        """Ends an export, as :meth:`Bus.withdraw`."""
        self._on_loop(lambda: self._bus.withdraw(address))

    def consume(self, address: str, *, timeout: Optional[float] = None) -> Generator[SyncMessage, None, None]:
        """Yields the messages to an address that arrive from now on. The generator is closed to end it.

        :param timeout: ends it when none arrives for so long, in seconds; None waits without end
        """
        if timeout is not None:
            require_timeout(timeout)
        stream = self._on_loop(lambda: self._bus.consume(address))
        return self._messages(stream, timeout)

    def _messages(self, stream: Any, timeout: Optional[float]) -> Generator[SyncMessage, None, None]:
        async def following() -> Message:
            message: Message = await asyncio.wait_for(stream.__anext__(), timeout)
            return message

        try:
            while True:
                try:
                    yield SyncMessage(self, self._wait(following()))
                except (StopAsyncIteration, asyncio.TimeoutError):
                    return
        finally:
            if self._thread is not None and self._thread.is_alive():
                self._wait(stream.aclose())
