"""Nodes of one process on a bus: who gets a message, how it is answered, and what fails."""

from __future__ import annotations

import asyncio
import gc
import logging
import os
from typing import Any, List

from support import TRANSPORTS, BusTest
from vertx_ipc import Bus, BusError, FailureCode, FailureType, Message, PeerEvent, ReplyError, SyncBus
from vertx_ipc._protocol import has_rings


class MessagesTest(BusTest):
    async def test_the_words_of_the_readme(self) -> None:
        for transport in TRANSPORTS:
            model = self.bus("model", transport=transport, exports=["model.predict"], imports=["orders.*"])

            @model.consumer("model.predict")
            async def predict(message: Message) -> None:
                await asyncio.sleep(0)
                message.reply({"sum": sum(message.body["numbers"])}, headers={"by": "model"})

            async with model, self.bus("app", transport=transport, imports=["model.*"]) as app:
                reply = await app.request("model.predict", {"numbers": [1, 2.5]}, timeout=5, headers={"a": "b"})
                self.assertEqual(({"sum": 3.5}, "model"), (reply.body, reply.headers["BY"]))
                self.assertEqual([("model", ("model.predict",))], app.peers)

    async def test_headers_bodies_and_long_messages(self) -> None:
        for transport in TRANSPORTS:
            async with self.bus("a", exports=["e"], transport=transport) as a, self.bus("b", imports=["*"]) as b:
                a.consumer("e", lambda m: m.reply(m.body, headers=m.headers))
                headers = [("x", "1"), ("X", "2"), ("é", "")]
                body: Any
                for body in (None, "é", -5, 1.5, True, b"\0", {"a": [None]}, [], 1 << 70, memoryview(b"abc")):
                    reply = await b.request("e", body, headers=headers)
                    self.assertEqual((body, tuple(headers)), (reply.body, reply.headers.pairs()))
                for length in (131_000, 131_068, 131_069, 1 << 20, 16 << 20):
                    body = os.urandom(length)
                    self.assertEqual(body, (await b.request("e", body)).body)

    async def test_numpy_is_bytes(self) -> None:
        try:
            import numpy
        except ImportError:
            self.skipTest("numpy is not installed, and is not needed")
        async with self.bus("a", exports=["e"]) as a, self.bus("b", imports=["*"]) as b:
            a.consumer("e", lambda m: m.reply(m.body))
            array = numpy.arange(6, dtype="<i4").reshape(2, 3)
            self.assertEqual(array.tobytes(), (await b.request("e", array)).body)
            for number in (numpy.int32(-5), numpy.float32(1.5), numpy.bool_(True), numpy.array(7)):
                body = (await b.request("e", number)).body
                self.assertEqual((number.item(), type(number.item())), (body, type(body)))
            objects = numpy.array([object()])
            self.assertIn("array of objects", str((await self.failure(b.request("e", objects))).text))

    async def test_failures(self) -> None:
        async with self.bus("a", exports=["fail", "none", "raise", "late"]) as a, self.bus("b", imports=["*"]) as b:
            a.consumer("fail", lambda m: m.fail(42, "as asked"))
            a.consumer("late", lambda m: None)

            @a.consumer("raise")
            async def bad(message: Message) -> None:
                raise ValueError("no %s" % message.body)

            error = await self.failure(b.request("fail"))
            self.assertEqual((FailureType.RECIPIENT_FAILURE, 42, "as asked"), (error.type, error.code, error.text))
            with self.assertLogs("vertx_ipc", logging.ERROR):
                error = await self.failure(b.request("raise", "x"))
            self.assertEqual((FailureType.RECIPIENT_FAILURE, -1), (error.type, error.code))
            self.assertEqual("ValueError: no x", error.text)
            with self.assertLogs("vertx_ipc", logging.WARNING):
                error = await self.failure(b.request("none"))
            self.assertEqual((FailureType.NO_HANDLERS, -1), (error.type, error.code))
            self.assertEqual("No handlers for address unknown", (await self.failure(b.request("unknown"))).text)
            error = await self.failure(b.request("late", timeout=0.01))
            self.assertEqual((FailureType.TIMEOUT, -1), (error.type, error.code))
            self.assertEqual("Timed out after waiting 10(ms) for a reply. address: late", error.text)
            self.assertEqual(FailureCode.CODEC, (await self.failure(b.request("fail", {1, 2}))).code)
            with self.assertRaises(ReplyError):
                b.send("unknown")
            b.publish("unknown")

    async def test_what_is_not_exported_or_not_imported_does_not_exist(self) -> None:
        async with self.bus("a", exports=["x.1", "y"]) as a, self.bus("b", imports=["x.*", "z"]) as b:
            for address in ("x.1", "y", "z"):
                a.consumer(address, lambda m: m.reply("here"))
            self.assertEqual("here", (await b.request("x.1")).body)
            for address in ("y", "z"):
                self.assertEqual(FailureType.NO_HANDLERS, (await self.failure(b.request(address))).type)
            a.export("z")
            await b.await_export("z", 10)
            self.assertEqual("here", (await b.request("z")).body)
            a.withdraw("z")
            await self.until(lambda: ("a", ("x.1", "y")) in b.peers)
            self.assertEqual(FailureType.NO_HANDLERS, (await self.failure(b.request("z"))).type)
            with self.assertRaises(asyncio.TimeoutError):
                await b.await_export("z", 0.01)

    async def test_a_number_that_was_never_exported(self) -> None:
        async with self.bus("a", exports=["x"]) as a, self.bus("b", imports=["x"]) as b:
            a.consumer("x", lambda m: m.reply())
            await b.request("x")
            assert b._router is not None
            b._router.routes("x")[0].number = 99
            with self.assertLogs("vertx_ipc", logging.WARNING):
                error = await self.failure(b.request("x"))
            self.assertEqual((FailureType.ERROR, FailureCode.NOT_EXPORTED), (error.type, error.code))

    async def test_turns(self) -> None:
        a, b, c = self.bus("a", exports=["x"]), self.bus("b", exports=["x"]), self.bus("c", imports=["x"])
        async with a, b, c:
            got: List[str] = []
            a.consumer("x", lambda m: got.append("a1"))
            a.consumer("x", lambda m: got.append("a2"))
            c.consumer("x", lambda m: got.append("c"))
            await self.until(lambda: len(c.peers) == 2)
            assert c._router is not None
            router = c._router
            await self.until(lambda: any(route.available for route in router.routes("x")))
            for _ in range(8):
                c.send("x")
            await self.until(lambda: len(got) == 8)
            counts = [got.count(name) for name in ("a1", "a2", "c")]
            self.assertEqual([2, 2, 4], counts, "b has no consumer, and no turn")
            got.clear()
            b.consumer("x", lambda m: got.append("b"))
            await self.until(lambda: all(route.available for route in router.routes("x")))
            c.publish("x")
            await self.until(lambda: len(got) == 4)
            self.assertEqual(["a1", "a2", "b", "c"], sorted(got))

    async def test_what_finds_no_consumer_goes_to_the_next_node(self) -> None:
        a, b, c = self.bus("a", exports=["x"]), self.bus("b", exports=["x"]), self.bus("c", imports=["x"])
        async with a, b, c:
            consumer = a.consumer("x", lambda m: m.reply("a"))
            b.consumer("x", lambda m: m.reply("b"))
            assert c._router is not None
            router = c._router
            await self.until(lambda: [route.available for route in router.routes("x")] == [True, True])
            consumer.unregister()
            # c has not heard of it, and sends half of these to a.
            replies = await asyncio.gather(*(c.request("x", n, headers={"h": str(n)}) for n in range(10)))
            self.assertEqual(["b"] * 10, [reply.body for reply in replies])
            got: List[Any] = []
            a.withdraw("x")
            b.withdraw("x")
            c.consumer("x", lambda m: got.append((m.body, m.headers["h"])))
            for n in range(10):
                c.send("x", n, headers={"h": str(n)})
            await self.until(lambda: len(got) == 10)
            self.assertEqual([(n, str(n)) for n in range(10)], sorted(got))

    async def test_replies_to_replies(self) -> None:
        async with self.bus("a", exports=["ask"]) as a, self.bus("b", imports=["ask"]) as b:

            @a.consumer("ask")
            async def ask(message: Message) -> None:
                answer = await message.reply_and_request("which?", timeout=5)
                answer.reply("so " + answer.body)

            for asker in (a, b):
                question = await asker.request("ask")
                self.assertEqual("which?", question.body)
                self.assertEqual("so that", (await question.reply_and_request("that")).body)
            self.assertFalse(question.wants_reply)
            question.reply("again, which reaches nobody")

    async def test_local_messages_are_as_remote_ones(self) -> None:
        async with self.bus("a") as a:
            got: List[Any] = []
            a.consumer("x", lambda m: got.append(m.body))
            a.consumer("x", lambda m: got.append(m.body))
            body = {"list": (1, 2)}
            a.publish("x", body)
            await self.until(lambda: len(got) == 2)
            self.assertEqual([{"list": [1, 2]}] * 2, got)
            self.assertIsNot(got[0], got[1])
            a.consumer("y", lambda m: m.fail(3, "no"))
            self.assertEqual(3, (await self.failure(a.request("y"))).code)

    async def test_streams(self) -> None:
        async with self.bus("a", exports=["s"]) as a, self.bus("b", imports=["s"]) as b:
            stream = a.consume("s")
            await b.await_export("s", 10)
            for n in range(5):
                b.send("s", n)
            got = []
            async for message in stream:
                got.append(message.body)
                if len(got) == 5:
                    break
            self.assertEqual(list(range(5)), got)
            # A request that waits in a stream that is closed goes to another consumer.
            waiting = asyncio.ensure_future(b.request("s"))
            await self.until(lambda: stream._consumer.queue)
            a.consumer("s", lambda m: m.reply("second"))
            await stream.aclose()
            self.assertEqual("second", (await waiting).body)
            with self.assertRaises(StopAsyncIteration):
                await stream.__anext__()

    async def test_a_stream_that_nobody_reads_any_more_ends(self) -> None:
        async with self.bus("a") as a:
            stream = a.consume("s")
            a.send("s", 1)
            async for _ in stream:
                break
            del stream, _
            gc.collect()
            assert a._router is not None
            router = a._router
            await self.until(lambda: not router._consumers)

    async def test_closing_ends_streams_and_requests(self) -> None:
        a, b = self.bus("a", exports=["s"]), self.bus("b", imports=["s"])
        await asyncio.gather(a.start(), b.start())
        a.consumer("s", lambda m: None)
        await b.await_export("s", 10)
        waiting = [asyncio.ensure_future(self.failure(b.request("s"))) for _ in range(2)]
        stream = b.consume("t")
        got: List[Any] = []

        async def read() -> None:
            async for message in stream:
                got.append(message.body)

        reading = asyncio.ensure_future(read())
        b.send("t", 1)
        await self.until(lambda: got)
        await b.close()
        await b.close()
        await reading
        self.assertEqual([FailureCode.CLOSED] * 2, [error.code for error in await asyncio.gather(*waiting)])
        for late in (b.request("s"), b.drained("s"), b.await_export("s")):
            self.assertEqual(FailureCode.CLOSED, (await self.failure(late)).code)
        with self.assertRaises(BusError):
            await b.start()
        await a.close()

    async def test_who_leaves_fails_the_requests_that_wait_for_it(self) -> None:
        a, b = self.bus("a", exports=["s"]), self.bus("b", imports=["s"])
        events: List[PeerEvent] = []
        b.on_peer(events.append)
        await asyncio.gather(a.start(), b.start())
        a.consumer("s", lambda m: None)
        await b.await_export("s", 10)
        waiting = asyncio.ensure_future(self.failure(b.request("s")))
        await asyncio.sleep(0)
        await a.close()
        error = await waiting
        self.assertEqual((FailureCode.NODE_GONE, "Node 'a' left the bus"), (error.code, error.text))
        await self.until(lambda: events[-1].state == "down")
        self.assertEqual(("a", "down", ("s",), "left the bus"), events[-1])
        await b.close()

    async def test_too_large(self) -> None:
        async with self.bus("a", exports=["x"], max_message_bytes=2048) as a, self.bus("b", imports=["x"]) as b:
            a.consumer("x", lambda m: m.reply(bytes(5000) if m.body else b""))
            await b.request("x")
            for error in (await self.failure(b.request("x", bytes(2048))), await self.failure(b.request("x", True))):
                self.assertEqual((FailureType.ERROR, FailureCode.TOO_LARGE), (error.type, error.code))

    async def test_back_pressure(self) -> None:
        for transport in TRANSPORTS:
            small = {"send_queue_bytes": 100_000, "pipe_bytes": 4096, "ring_bytes": 4096}
            a = self.bus("a", exports=["x"], transport=transport, receive_queue_bytes=100_000, **small)
            async with a, self.bus("b", imports=["x"], **small) as b:
                stream = a.consume("x")
                await b.await_export("x", 10)
                accepted = 0
                while True:
                    try:
                        b.send("x", accepted.to_bytes(400, "big"))
                        accepted += 1
                        await asyncio.sleep(0)
                    except ReplyError as e:
                        self.assertEqual((FailureType.ERROR, FailureCode.QUEUE_FULL), (e.type, e.code))
                        break
                self.assertLess(accepted, 2_000, "what waits is bounded on both sides")
                room = asyncio.ensure_future(b.drained("x"))
                for n in range(accepted):
                    self.assertEqual(n, int.from_bytes((await stream.__anext__()).body, "big"))
                await room
                b.send("x", b"again")
                self.assertEqual(b"again", (await stream.__anext__()).body)
                self.assertEqual({"queue-full": 1}, {k: v for k, v in b.stats().items() if k == "queue-full"})

    async def test_a_full_ring_is_told_of_room_behind_replies(self) -> None:
        if not has_rings():
            self.skipTest("rings need CPython on x86-64")
        a = self.bus("a", exports=["e"], transport="shm", ring_bytes=4096)
        async with a, self.bus("b", imports=["e"]) as b:
            a.consumer("e", lambda m: m.reply(m.body))
            await b.await_export("e", 10)
            # The replies of a turn wait to be written when the ring has room again.
            replies = await asyncio.gather(*(b.request("e", n, timeout=10) for n in range(2_000)))
            self.assertEqual(list(range(2_000)), [reply.body for reply in replies])

    async def test_who_waits_for_a_reply_reads_on(self) -> None:
        limit = {"receive_queue_bytes": 20_000}
        a = self.bus("a", exports=["x"], imports=["y"], **limit)
        async with a, self.bus("b", imports=["x"], exports=["y"]) as b:
            b.consumer("y", lambda m: m.reply(m.body))
            done: List[int] = []

            @a.consumer("x")
            async def slow(message: Message) -> None:
                done.append((await a.request("y", message.body)).body)

            await b.await_export("x", 10)
            await a.await_export("y", 10)
            for n in range(50):
                b.send("x", n)
            await self.until(lambda: len(done) == 50)

    async def test_the_order_of_100_000(self) -> None:
        for transport in TRANSPORTS:
            async with self.bus("a", exports=["x"], transport=transport) as a, self.bus("b", imports=["x"]) as b:
                got: List[int] = []
                a.consumer("x", lambda m: got.append(int.from_bytes(m.body, "big")))
                await b.await_export("x", 10)
                for n in range(50_000):
                    b.send("x", n.to_bytes(4, "big"))
                    await b.drained("x")
                await self.until(lambda: len(got) == 50_000)
                self.assertEqual(list(range(50_000)), got)

    async def test_leaving_loses_nothing_that_was_sent(self) -> None:
        for transport in TRANSPORTS:
            async with self.bus("a", exports=["x"], transport=transport, ring_bytes=4096, pipe_bytes=4096) as a:
                got: List[int] = []
                a.consumer("x", lambda m: got.append(int.from_bytes(m.body[:4], "big")))
                async with self.bus("b", imports=["x"]) as b:
                    for n in range(3_000):
                        b.send("x", n.to_bytes(500, "little")[:4][::-1] + bytes(500))
                await self.until(lambda: not a.peers)
                self.assertEqual(list(range(3_000)), got)

    async def test_another_thread_is_refused(self) -> None:
        async with self.bus("a", imports=["e"]) as a:
            for call in (a.send, a.publish, a.consume, lambda address: a.consumer(address, print)):
                with self.assertRaisesRegex(BusError, "another thread"):
                    await asyncio.get_running_loop().run_in_executor(None, call, "e")

    async def test_the_synchronous_face(self) -> None:
        async with self.bus("a", exports=["e"], imports=["s"]) as a:
            a.consumer("e", lambda m: m.reply(m.body))

            def script() -> List[Any]:
                with SyncBus("demo", directory=self.directory, imports=["e"], exports=["s"]) as bus:
                    messages = bus.consume("s", timeout=30)
                    found = [bus.request("e", "x").body, [peer.node for peer in bus.peers]]
                    with self.assertRaises(ReplyError):
                        bus.request("none")
                    bus.send("e")
                    bus.publish("e")
                    asked.set()
                    message = next(messages)
                    message.reply("yes " + message.body)
                    messages.close()
                    return found

            import threading

            asked = threading.Event()
            running = asyncio.get_running_loop().run_in_executor(None, script)
            await asyncio.get_running_loop().run_in_executor(None, asked.wait)
            self.assertEqual("yes you", (await a.request("s", "you")).body)
            self.assertEqual(["x", ["a"]], await running)
