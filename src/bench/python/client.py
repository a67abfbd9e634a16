"""A client of the benchmark, in Python: it reads one piece of work per line, and answers each.

usage: client.py KIND DIRECTORY

KIND is fifo or shm-park, which go by vertx_ipc over the buses in DIRECTORY, or tcp-bridge, which
goes by the protocol of vertx-tcp-eventbus-bridge.
"""

from __future__ import annotations

import asyncio
import itertools
import json
import os
import statistics
import struct
import sys
import time
from typing import Any, Awaitable, Callable, Dict

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "..", "..", "main", "python"))

from vertx_ipc import Bus  # noqa: E402

SINK = "bench.sink"
ECHO = "bench.echo"
PORT = 45751
BATCH = 100
LINE = 1 << 20

# The same five fields as the clients in Java send.
BODY = {
    "sku": "A-1047",
    "quantity": 12,
    "price": 19.95,
    "express": True,
    "customer": "Ada Lovelace",
}


class TcpClient:
    """Speaks frames of JSON behind their length, as vertx-tcp-eventbus-bridge does."""

    def __init__(self) -> None:
        self._waiting: Dict[str, asyncio.Future[Any]] = {}
        self._numbers = itertools.count()

    async def __aenter__(self) -> TcpClient:
        self._reader, self._writer = await asyncio.open_connection("127.0.0.1", PORT, limit=LINE)
        self._task = asyncio.ensure_future(self._read())
        return self

    async def __aexit__(self, *why: object) -> None:
        self._task.cancel()
        self._writer.close()

    async def _read(self) -> None:
        while True:
            (length,) = struct.unpack(">i", await self._reader.readexactly(4))
            frame = json.loads(await self._reader.readexactly(length))
            self._waiting.pop(frame["address"]).set_result(frame["body"])

    def _write(self, frame: Dict[str, Any]) -> None:
        text = json.dumps(frame).encode()
        self._writer.write(struct.pack(">i", len(text)) + text)

    def send(self, address: str, body: Any) -> None:
        self._write({"type": "send", "address": address, "body": body})

    async def drained(self) -> None:
        await self._writer.drain()

    async def request(self, address: str, body: Any) -> Any:
        reply = "r%d" % next(self._numbers)
        answer = asyncio.get_running_loop().create_future()
        self._waiting[reply] = answer
        self._write({"type": "send", "address": address, "replyAddress": reply, "body": body})
        return await answer


class IpcClient:
    """Goes by vertx_ipc."""

    def __init__(self, transport: str, directory: str) -> None:
        self._bus = Bus(
            "bench",
            node="python",
            transport=transport,
            directory=os.path.join(directory, "buses"),
            imports=["bench.*"],
        )

    async def __aenter__(self) -> IpcClient:
        await self._bus.__aenter__()
        await self._bus.await_export(ECHO)
        return self

    async def __aexit__(self, *why: object) -> None:
        await self._bus.__aexit__(None, None, None)

    def send(self, address: str, body: Any) -> None:
        self._bus.send(address, body)

    async def drained(self) -> None:
        await self._bus.drained(SINK)

    async def request(self, address: str, body: Any) -> Any:
        return (await self._bus.request(address, body)).body


async def send(client: Any, seconds: float) -> Dict[str, float]:
    """Sends for a while, and returns how many arrived per second."""
    before = (await client.request(SINK, BODY))["count"]
    begin = time.perf_counter()
    while time.perf_counter() - begin < seconds:
        for _ in range(BATCH):
            client.send(SINK, BODY)
        await client.drained()
    count = (await client.request(SINK, BODY))["count"]
    return {"rate": (count - before) / (time.perf_counter() - begin)}


async def request(client: Any, seconds: float, at_once: int = 1) -> Dict[str, float]:
    """Sends one request after the other, so many at a time; times are in nanoseconds."""
    times = []
    begin = time.perf_counter()

    async def ask() -> None:
        while time.perf_counter() - begin < seconds:
            sent = time.perf_counter()
            await client.request(ECHO, BODY)
            times.append((time.perf_counter() - sent) * 1e9)

    await asyncio.gather(*(ask() for _ in range(at_once)))
    took = time.perf_counter() - begin
    cuts = statistics.quantiles(times, n=100)
    return {"rate": len(times) / took, "p50": cuts[49], "p99": cuts[98]}


WORKS: Dict[str, Callable[[Any, float], Awaitable[Dict[str, float]]]] = {
    "send": send,
    "request/1": request,
    "request/64": lambda client, seconds: request(client, seconds, 64),
}


async def main(kind: str, directory: str) -> None:
    client = TcpClient() if kind == "tcp-bridge" else IpcClient(kind.split("-")[0], directory)
    async with client:
        print("up", flush=True)
        loop = asyncio.get_running_loop()
        while True:
            line = await loop.run_in_executor(None, sys.stdin.readline)
            if not line:
                return
            command = json.loads(line)
            figures = await WORKS[command["work"]](client, command["millis"] / 1000)
            print(json.dumps(figures), flush=True)


asyncio.run(main(*sys.argv[1:]))
