"""What tests share: a directory of buses of their own, and nodes in other processes."""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import sys
import tempfile
import time
import unittest
from typing import Any, Callable, Dict, List

from vertx_ipc import Bus, ReplyError
from vertx_ipc._protocol import has_rings

TRANSPORTS = ("fifo", "shm") if has_rings() else ("fifo",)

HERE = os.path.dirname(os.path.abspath(__file__))

# A test that has not ended by then hangs; nothing depends on how long it takes otherwise.
HANGS_SECONDS = 60.0


def seeded() -> int:
    """Returns a seed, which a test shows when it fails; ``VERTX_IPC_SEED`` repeats it."""
    return int(os.environ.get("VERTX_IPC_SEED", "0")) or int.from_bytes(os.urandom(4), "little")


class BusTest(unittest.IsolatedAsyncioTestCase):
    """A test with a directory of its own, of which nothing may be left."""

    def setUp(self) -> None:
        self.above = tempfile.mkdtemp(prefix="vertx-ipc-python-", dir="/dev/shm")
        self.directory = os.path.join(self.above, "buses")
        self.children: List[Child] = []

    async def asyncSetUp(self) -> None:
        # It would measure and remember every callback.
        asyncio.get_running_loop().set_debug(False)

    def tearDown(self) -> None:
        for child in self.children:
            child.kill()
        left = [os.path.join(path, name) for path, _, names in os.walk(self.above) for name in names]
        for path, directories, names in os.walk(self.above, topdown=False):
            for name in names:
                os.unlink(os.path.join(path, name))
            for name in directories:
                os.rmdir(os.path.join(path, name))
        os.rmdir(self.above)
        if not self.children:
            self.assertEqual([], left, "files are left behind")

    def bus(self, node: str = "a", **options: Any) -> Bus:
        """Returns a node in this process that is not started."""
        return Bus("demo", node=node, directory=self.directory, **options)

    async def failure(self, future: Any) -> ReplyError:
        """Waits for something that must fail."""
        with self.assertRaises(ReplyError) as caught:
            await future
        return caught.exception

    def child(self, **config: Any) -> "Child":
        """Starts a node in a process of its own.

        :param config: what ``bus`` of a configuration has
        """
        child = Child(self.directory, config)
        self.children.append(child)
        return child

    async def until(self, condition: Callable[[], Any]) -> None:
        """Waits for a condition, while the event loop goes on."""
        end = time.monotonic() + HANGS_SECONDS
        while not condition():
            if time.monotonic() > end:
                self.fail("this never came true: %s" % condition)
            await asyncio.sleep(0.002)


class Child:
    """A node in a process of its own, told what to do by lines, see ``conformance_node.py``."""

    def __init__(self, directory: str, config: Dict[str, Any]) -> None:
        given = json.dumps({"bus": {"name": "demo", "directory": directory, **config}})
        self.process = subprocess.Popen(
            [sys.executable, os.path.join(HERE, "conformance_node.py"), given],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def _expect(self) -> Any:
        assert self.process.stdout is not None
        return json.loads(self.process.stdout.readline())

    def tell(self, op: str, address: str = "", **more: Any) -> None:
        """Has an operation carried out, without waiting for its answer."""
        assert self.process.stdin is not None
        self.process.stdin.write(json.dumps({"op": op, "address": address, **more}) + "\n")
        self.process.stdin.flush()

    async def call(self, op: str, address: str = "", **more: Any) -> Any:
        """Has an operation carried out; returns its result."""
        return await asyncio.get_running_loop().run_in_executor(None, self._call, op, address, more)

    def _call(self, op: str, address: str, more: Dict[str, Any]) -> Any:
        self.tell(op, address, **more)
        answer = self._expect()
        if "failure" in answer:
            raise AssertionError(answer["failure"])
        return answer["result"]

    async def start(self) -> "Child":
        """Has it join the bus."""
        loop = asyncio.get_running_loop()
        assert self.process.stdout is not None
        up = await loop.run_in_executor(None, self.process.stdout.readline)
        assert up == "up\n", up
        await self.call("start")
        return self

    def kill(self) -> None:
        """Kills it, as ``kill -9`` does."""
        self.process.kill()
        self.process.wait()
        for stream in (self.process.stdin, self.process.stdout):
            if stream is not None:
                try:
                    stream.close()
                except BrokenPipeError:
                    pass  # What it was told last, it did not read.
