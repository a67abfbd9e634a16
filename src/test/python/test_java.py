"""A node in Python and one in Java on one bus.

Left out unless ``VERTX_IPC_CLASSPATH`` is the class path of the Java tests; ``VERTX_IPC_JAVA_TRANSPORT`` says how the
Java node receives (``fifo`` without it).
"""

from __future__ import annotations

import asyncio
import json
import os
import struct
import subprocess
import time
import unittest
from typing import Any, Dict, List

from support import HERE, BusTest, Child
from vertx_ipc import Bus, ByteArray, Char, FailureCode, FailureType, Float32, Int8, Int16, Int32, Message, ReplyError
from vertx_ipc._protocol import has_rings

CLASSPATH = os.environ.get("VERTX_IPC_CLASSPATH")
JAVA = os.environ.get("VERTX_IPC_JAVA_TRANSPORT", "fifo")
SENDS = int(os.environ.get("VERTX_IPC_SENDS", "20000"))


class JavaChild(Child):
    """A Java node, told what to do by the same lines."""

    def __init__(self, directory: str, config: Dict[str, Any]) -> None:
        bus = {"name": "demo", "directory": directory, "transport": JAVA, **config}
        main = "org.vertxipc.testing.TestNode"
        self.process = subprocess.Popen(
            ["java", "-Xmx256m", "-cp", CLASSPATH or "", main, json.dumps({"bus": bus}), "true"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            cwd=os.path.join(HERE, "../../.."),
        )


@unittest.skipUnless(CLASSPATH, "VERTX_IPC_CLASSPATH is not set")
class JavaTest(BusTest):
    def java(self, node: str = "java", **config: Any) -> JavaChild:
        exports = ["java." + name for name in ("echo", "describe", "fail", "ask", "silent", "number", "name", "none")]
        child = JavaChild(self.directory, {"node": node, "exports": exports, "imports": ["py.*"], **config})
        self.children.append(child)
        return child

    async def consumers(self, java: JavaChild) -> None:
        for mode in ("echo", "describe", "fail", "ask", "silent", "number", "name"):
            await java.call("consume", "java." + mode, mode=mode)

    def here(self, **options: Any) -> Bus:
        exports = ["py.echo", "py.fail", "py.none", "py.count"]
        return Bus("demo", node="py", directory=self.directory, exports=exports, imports=["java.*"], **options)

    async def test_both_ways_by_fifo(self) -> None:
        await self.exchange("fifo")

    @unittest.skipUnless(has_rings(), "rings need CPython on x86-64")
    async def test_both_ways_by_shm(self) -> None:
        await self.exchange("shm")

    async def exchange(self, transport: str) -> None:
        java = self.java()
        async with self.here(transport=transport) as bus:
            bus.consumer("py.echo", lambda m: m.reply(m.body, headers=m.headers))
            bus.consumer("py.fail", lambda m: m.fail(42, "as %s" % m.body))
            await java.start()
            await self.consumers(java)
            await bus.await_export("java.none")
            await self.bodies(bus)
            await self.answers(bus, java)
            await self.order(bus, java)
            await self.speed(bus, java, transport)
            await java.call("close")
            await self.until(lambda: not bus.peers)
            java.kill()
        self.assertFalse(os.path.exists(self.directory), "nothing is left")

    async def bodies(self, bus: Bus) -> None:
        cases = [
            (None, "null", "null"),
            ("é😀", "String", "é😀"),
            (7, "Long", "7"),
            (Int32(7), "Integer", "7"),
            (Int16(-7), "Short", "-7"),
            (Int8(-7), "Byte", "-7"),
            (1.25, "Double", "1.25"),
            (Float32(0.5), "Float", "0.5"),
            (Char("é"), "Character", "é"),
            (True, "Boolean", "true"),
            (ByteArray(b"abc"), "byte[]", "abc"),
            (b"abc", "BufferImpl", "abc"),
            ({"a": [1, None, {"é": 2.5}]}, "JsonObject", '{"a":[1,null,{"é":2.5}]}'),
            ([1, "x"], "JsonArray", '[1,"x"]'),
            (1 << 80, "BigInteger", str(1 << 80)),
        ]
        for body, kind, text in cases:
            with self.subTest(body=body):
                headers = [("h", "1"), ("H", "2"), ("é", "")]
                said = (await bus.request("java.describe", body, headers=headers)).body
                expected = {"type": kind, "text": text, "address": "java.describe", "isSend": True}
                self.assertEqual({**expected, "headers": ["h=1", "H=2", "é="]}, said)
                echo = (await bus.request("java.echo", body)).body
                self.assertEqual(getattr(body, "value", body), echo)
        for length in (100_000, 131_060, 131_068, 200_000, 5 << 20, 16 << 20):
            body = os.urandom(length)
            self.assertEqual(body, (await bus.request("java.echo", body)).body)

    async def answers(self, bus: Bus, java: JavaChild) -> None:
        for address, kind, code in (
            ("java.fail", FailureType.RECIPIENT_FAILURE, 42),
            ("java.none", FailureType.NO_HANDLERS, -1),
            ("java.unknown", FailureType.NO_HANDLERS, -1),
        ):
            with self.assertRaises(ReplyError) as caught:
                await bus.request(address, "x")
            self.assertEqual((kind, code), (caught.exception.type, caught.exception.code))
        with self.assertRaises(ReplyError) as caught:
            await bus.request("java.silent", timeout=0.05)
        self.assertEqual(FailureType.TIMEOUT, caught.exception.type)
        asked = await bus.request("java.ask", "x")
        self.assertEqual("which?", asked.body)
        self.assertEqual("so that", (await asked.reply_and_request("that")).body)
        for body in ("text", 5, 1 << 40, 1.5, True, {"a": 1}, [1, {}], None):
            self.assertEqual(body, await java.call("request", "py.echo", body=body))
        with self.assertRaisesRegex(AssertionError, "as x"):
            await java.call("request", "py.fail", body="x")
        with self.assertRaisesRegex(AssertionError, "No handlers"):
            await java.call("request", "py.none", body="x")

    async def order(self, bus: Bus, java: JavaChild) -> None:
        for number in range(SENDS):
            bus.send("java.number", struct.pack(">i60x", number))
            await bus.drained("java.number")
        deadline = asyncio.get_running_loop().time() + 60
        while await java.call("count", "java.number") < SENDS:
            self.assertLess(asyncio.get_running_loop().time(), deadline)
        self.assertEqual(list(range(SENDS)), await java.call("received", "java.number"))
        numbers = []
        bus.consumer("py.count", lambda m: numbers.append(struct.unpack_from(">i", m.body)[0]))
        flooded = await java.call("flood", "py.count", body=300)
        await self.until(lambda: len(numbers) >= flooded["accepted"])
        # What is refused leaves a gap, and the rest is in order.
        self.assertEqual(sorted(set(numbers)), numbers)

    async def speed(self, bus: Bus, java: JavaChild, transport: str) -> None:
        if not os.environ.get("VERTX_IPC_FIGURES"):
            return
        times = []
        for number in range(5_000):
            start = time.perf_counter()
            await bus.request("java.echo", number)
            times.append(time.perf_counter() - start)
        p50 = sorted(times)[len(times) // 2] * 1e6
        start, count = time.perf_counter(), 200_000
        body = bytes(64)
        for _ in range(count):
            bus.send("java.name", body)
            await bus.drained("java.name")
        await bus.request("java.name")
        out = count / (time.perf_counter() - start)
        arrived = 0

        def take(_: Message) -> None:
            nonlocal arrived
            arrived += 1

        bus.consumer("py.speed", take)
        bus.export("py.speed")
        await java.call("await", "py.speed")
        start = time.perf_counter()
        flooded = await java.call("flood", "py.speed", body=2_000)
        await self.until(lambda: arrived >= flooded["accepted"])
        back = arrived / (time.perf_counter() - start)
        figures = (transport, JAVA, p50, out, back)
        print("python reads %s, java %s: request p50 %.0f us; sends/s %.0f to java, %.0f of 1 KiB back" % figures)

    async def test_a_send_finds_the_node_that_has_a_consumer(self) -> None:
        first, second = self.java("one"), self.java("two")
        async with self.here() as bus:
            await asyncio.gather(first.start(), second.start())
            await second.call("consume", "java.name", mode="name")
            await self.until(lambda: len(bus.peers) == 2)
            names = [(await bus.request("java.name", n)).body for n in range(20)]
            self.assertEqual({"two"}, set(names))
            await first.call("consume", "java.name", mode="name")
            while {"one", "two"} != {(await bus.request("java.name", n)).body for n in range(4)}:
                await asyncio.sleep(0.01)

    async def test_what_bounces_from_python_finds_java(self) -> None:
        java, asker = self.java(), self.java("asker", imports=["py.*"], exports=["py.echo"])
        async with self.here(start_timeout=10) as bus:
            await asyncio.gather(java.start(), asker.start())
            await asker.call("consume", "py.echo", mode="name")
            await java.call("await", "py.echo")
            consumer = bus.consumer("py.echo", lambda m: m.reply("py"))
            names: List[str] = []
            while {"py", "asker"} != set(names[-4:]):
                names.append(await java.call("request", "py.echo", body=len(names)))
            consumer.unregister()
            # Java may not have heard of it when it sends the first of these.
            names = [await java.call("request", "py.echo", body=n) for n in range(10)]
            self.assertEqual({"asker"}, set(names))

    async def test_death_of_java(self) -> None:
        java = self.java()
        async with self.here() as bus:
            downs = []
            bus.on_peer(lambda event: downs.append(event) if event.state == "down" else None)
            await java.start()
            await self.consumers(java)
            waiting = [asyncio.ensure_future(bus.request("java.silent", n)) for n in range(50)]
            await bus.request("java.echo")
            java.kill()
            failed = await asyncio.gather(*waiting, return_exceptions=True)
            self.assertEqual({FailureCode.NODE_GONE}, {error.code for error in failed})  # type: ignore[union-attr]
            self.assertEqual("Node 'java' died", str(failed[0].text))  # type: ignore[union-attr]
            await self.until(lambda: not os.path.exists(os.path.join(bus.path, "java")))
            self.assertEqual("died", downs[0].reason)
            again = self.java()
            await again.start()
            await self.consumers(again)
            await bus.await_export("java.echo", 10)
            self.assertEqual(5, (await bus.request("java.echo", 5)).body)

    async def test_death_of_python(self) -> None:
        java = self.java()
        await java.start()
        victim = self.child(node="py", transport="fifo", exports=["py.echo"], imports=["java.*"])
        await victim.start()
        await victim.call("consume", "py.echo", mode="record")
        await java.call("await", "py.echo")
        asked = asyncio.ensure_future(java.call("request", "py.echo", body=1))
        while not await victim.call("count", "py.echo"):
            pass
        victim.kill()
        with self.assertRaisesRegex(AssertionError, "Node 'py' died"):
            await asked
        await self.until(lambda: not os.path.exists(os.path.join(self.directory, "demo", "py")))
        self.assertEqual(["py died"], await java.call("gone"))


if __name__ == "__main__":
    unittest.main()
