"""What users do to a bus by habit, by mistake or in a hurry: each gets a clear error at once, and nobody else waits."""

from __future__ import annotations

import asyncio
import gc
import logging
import os
import signal
import subprocess
import sys
import threading
import time
import unittest
import warnings
from typing import Any, Callable, List

from support import HANGS_SECONDS, TRANSPORTS, BusTest
from vertx_ipc import Bus, BusError, FailureCode, FailureType, Message, ReplyError, SyncBus


class _NoText(Exception):
    def __str__(self) -> str:
        raise KeyError("there is no text")


class _Unreadable(dict):  # type: ignore[type-arg]
    """A body whose values can't be had."""

    def items(self) -> Any:
        raise LookupError("lost")


class HabitsTest(BusTest):
    async def test_arguments_of_a_wrong_type(self) -> None:
        async def notified(event: Any) -> None:
            """A handler of peers that nobody would await."""

        anything: Any
        for anything in (None, 5, b"e"):
            self.assertRaises(ValueError, self.bus, "a", imports=[anything])
            self.assertRaises(ValueError, self.bus, "a", exports=[anything])
            self.assertRaises(ValueError, self.bus, "a", start_timeout=anything and "5")
            with self.assertRaisesRegex(TypeError, "imports: a list of addresses"):
                self.bus("a", imports=anything)
        bus = self.bus("a", imports=["x.*"], exports=["e"])
        self.assertRaises(ValueError, bus.export, "*")
        bare: Any = bus.consumer  # "@bus.consumer", without the address
        self.assertRaises(TypeError, bare, print)
        for anything in (notified, "peer"):
            self.assertRaises(TypeError, bus.on_peer, anything)
        async with bus:
            for anything in (None, 5, b"e"):
                for call in (bus.send, bus.publish, bus.consume, bus.consumer):
                    self.assertRaises(TypeError, call, anything)
                with self.assertRaises(TypeError):
                    await bus.request(anything)
            anything = "no function"
            self.assertRaises(TypeError, bus.consumer, "x", anything)
            # Nothing would ever come for it.
            with self.assertRaisesRegex(ValueError, "'y' is not imported"):
                await bus.await_export("y")

    async def test_a_timeout_of_a_wrong_type_sends_nothing(self) -> None:
        got: List[Any] = []
        async with self.bus("a", exports=["e"]) as a, self.bus("b", imports=["e"]) as b:
            a.consumer("e", lambda m: got.append(m.body))
            anything: Any
            for anything in ("5", None, float("nan")):
                with self.assertRaisesRegex(ValueError, "expected a number of seconds"):
                    await b.request("e", "wrong", timeout=anything)
            error = await self.failure(b.request("e", "over", timeout=-1))
            self.assertEqual(FailureType.TIMEOUT, error.type)
            b.send("e", "last")
            await self.until(lambda: "last" in got)
            self.assertNotIn("wrong", got)
            assert b._router is not None
            self.assertEqual([{}], [session.pending for session in b._router.sessions.values()])

    async def test_every_failing_answer_fails_its_request(self) -> None:
        cancelled: "asyncio.Future[None]" = asyncio.get_running_loop().create_future()
        cancelled.cancel()

        def raises(error: BaseException) -> Callable[[Message], None]:
            def handler(message: Message) -> None:
                raise error

            return handler

        wrong: Any = ("400", None), (4, 5)
        consumers: List[Callable[[Message], Any]] = [
            lambda m: m.fail(*wrong[0]),
            lambda m: m.fail(*wrong[1]),
            lambda m: m.reply({1, 2}),
            lambda m: m.reply(_Unreadable(a=1)),
            lambda m: cancelled.result(),
            raises(_NoText()),
        ]
        for transport in TRANSPORTS:
            async with self.bus("a", exports=["e", "f"], transport=transport) as a, self.bus("b", imports=["*"]) as b:
                a.consumer("f", lambda m: m.reply("next"))
                for n, handler in enumerate(consumers):
                    consumer = a.consumer("e", handler)
                    with self.subTest(transport=transport, consumer=n), self.assertLogs("vertx_ipc", logging.ERROR):
                        # What comes right behind it in the same record is not lost.
                        failed, other = await asyncio.gather(
                            self.failure(b.request("e", timeout=HANGS_SECONDS)), b.request("f")
                        )
                        self.assertIn(failed.type, (FailureType.RECIPIENT_FAILURE, FailureType.ERROR))
                        self.assertEqual("next", other.body)
                    consumer.unregister()
                self.assertEqual(1, len(b.peers))

    async def test_answers_on_another_thread_are_refused(self) -> None:
        loop = asyncio.get_running_loop()
        async with self.bus("a", exports=["e"]) as a, self.bus("b", imports=["e"]) as b:
            kept: List[Message] = []
            a.consumer("e", kept.append)
            for answer in ("reply", "fail"):
                waiting = asyncio.ensure_future(b.request("e"))
                await self.until(lambda: kept)
                message = kept.pop()
                with self.assertRaisesRegex(BusError, "another thread"):
                    await loop.run_in_executor(None, getattr(message, answer), 1)
                # It is not answered by that.
                self.assertTrue(message.wants_reply)
                message.reply("here")
                self.assertEqual("here", (await waiting).body)
            for call in (a.export, a.withdraw):
                with self.assertRaisesRegex(BusError, "another thread"):
                    await loop.run_in_executor(None, call, "x")

    async def test_after_the_end(self) -> None:
        a, b = self.bus("a", exports=["e"]), self.bus("b", imports=["e"])
        kept: List[Message] = []
        async with b:
            async with a:
                a.consumer("e", kept.append)
                waiting = asyncio.ensure_future(self.failure(b.request("e")))
                await self.until(lambda: kept)
            self.assertEqual(FailureCode.NODE_GONE, (await waiting).code)
        calls: List[Callable[[], Any]] = [
            lambda: kept[0].reply("late"),
            lambda: a.consume("e"),
            lambda: a.consumer("e", print),
            lambda: a.export("x"),
            lambda: a.send("x"),
            lambda: a.publish("x"),
        ]
        for call in calls:
            with self.assertRaises(ReplyError) as caught:
                call()
            self.assertEqual((FailureCode.CLOSED, "The bus is closed"), (caught.exception.code, caught.exception.text))
        self.assertEqual([], a.peers)
        gc.collect()

    async def test_a_start_that_failed_is_repeated(self) -> None:
        again = self.bus("a", exports=["e"])
        again.consumer("e")(lambda m: m.reply("again"))
        async with self.bus("a"):
            for _ in range(2):
                with self.assertRaisesRegex(BusError, "in use"):
                    await again.start()
        async with again, self.bus("b", imports=["e"]) as b:
            self.assertEqual("again", (await b.request("e")).body)

    async def test_a_close_that_is_cancelled_leaves_nothing(self) -> None:
        small: Any = {"pipe_bytes": 4096, "receive_queue_bytes": 1024}
        async with self.bus("slow", exports=["x"], **small) as slow:
            stream = slow.consume("x")
            bus = self.bus("hurry", imports=["x"], close_timeout=HANGS_SECONDS)
            await bus.start()
            await bus.await_export("x", HANGS_SECONDS)
            for _ in range(200):
                bus.send("x", bytes(10_000))
            closing = asyncio.ensure_future(bus.close())
            assert slow._router is not None and bus._node is not None
            await self.until(lambda: slow._router and slow._router._paused)
            self.assertFalse(closing.done())
            closing.cancel()
            with self.assertRaises(asyncio.CancelledError):
                await closing
            self.assertEqual({"slow", "slow.lock"}, set(os.listdir(slow.path)))
            await bus.close()
            await stream.aclose()

    async def test_a_consumer_that_closes_the_bus_goes_on(self) -> None:
        a = await self.bus("a", exports=["stop", "wait"]).start()
        said: List[str] = []

        @a.consumer("stop")
        async def stop(message: Message) -> None:
            message.reply("yes")
            await a.close()
            await asyncio.sleep(0)
            said.append("stop")

        @a.consumer("wait")
        async def wait(message: Message) -> None:
            said.append("begun")
            try:
                await asyncio.sleep(HANGS_SECONDS)
            except asyncio.CancelledError:
                said.append("cancelled")
                raise

        async with self.bus("b", imports=["*"]) as b:
            begun = asyncio.ensure_future(self.failure(b.request("wait")))
            await self.until(lambda: said)
            with warnings.catch_warnings(record=True) as warned:
                warnings.simplefilter("always")
                # The second one comes with the first, so that its task is cancelled before it has begun.
                stopped, unbegun = await asyncio.gather(b.request("stop"), self.failure(b.request("wait")))
                self.assertEqual("yes", stopped.body)
                self.assertEqual([FailureCode.NODE_GONE] * 2, [unbegun.code, (await begun).code])
                await self.until(lambda: "stop" in said)
                gc.collect()
            self.assertEqual(["begun", "cancelled", "stop"], sorted(said))
            self.assertEqual([], warned)

    def test_one_bus_in_two_event_loops(self) -> None:
        bus = self.bus("a", imports=["x"])
        asyncio.run(self._use(bus))
        with self.assertRaisesRegex(BusError, "was started before: each start needs a Bus of its own"):
            asyncio.run(self._use(bus))
        bus = self.bus("a", imports=["x"])
        loop = asyncio.new_event_loop()
        loop.run_until_complete(bus.start())
        for call in (lambda: bus.request("x"), lambda: bus.await_export("x"), bus.close):
            with self.assertRaisesRegex(BusError, "belongs to another event loop"):
                asyncio.run(call())
        loop.run_until_complete(bus.close())
        loop.close()

    @staticmethod
    async def _use(bus: Bus) -> None:
        async with bus:
            bus.publish("x")

    def test_what_interrupts_a_consumer_loses_no_other_message(self) -> None:
        for transport in TRANSPORTS:
            for interruption in (KeyboardInterrupt, SystemExit):
                loop = asyncio.new_event_loop()
                a = self.bus("a", exports=["x"], transport=transport)
                b = self.bus("b", imports=["x"])
                loop.run_until_complete(a.start())
                loop.run_until_complete(b.start())
                got: List[int] = []

                def consume(message: Message) -> None:
                    got.append(message.body)
                    if message.body == 1:
                        raise interruption

                a.consumer("x", consume)
                for n in range(4):
                    b.send("x", n)
                with self.subTest(transport=transport), self.assertRaises(interruption):
                    loop.run_until_complete(asyncio.sleep(HANGS_SECONDS))
                # They have come with the one whose consumer was interrupted, and nothing else will wake the loop.
                loop.run_until_complete(self.until(lambda: len(got) == 4))
                self.assertEqual(list(range(4)), got)
                loop.run_until_complete(b.close())
                loop.run_until_complete(a.close())
                for task in asyncio.all_tasks(loop):
                    task.cancel()
                loop.run_until_complete(asyncio.sleep(0))
                loop.close()

    async def test_a_forked_child_is_refused(self) -> None:
        async with self.bus("a", exports=["e"]) as a, self.bus("b", imports=["e"]) as b:
            kept: List[Message] = []
            a.consumer("e", kept.append)
            waiting = asyncio.ensure_future(b.request("e"))
            await self.until(lambda: kept)
            read, write = os.pipe()
            with warnings.catch_warnings():
                warnings.simplefilter("ignore", DeprecationWarning)  # asyncio's own threads may be there.
                child = os.fork()
            if child == 0:
                said = [repr(b.peers)]
                for call in (lambda: b.publish("e"), lambda: b.send("e"), lambda: kept[0].reply()):
                    try:
                        call()
                        said.append("done")
                    except BusError as e:
                        said.append(str(e)[:24])
                os.write(write, ", ".join(said).encode())
                os._exit(0)
            os.close(write)
            with open(read) as f:
                self.assertEqual("[]" + 3 * ", This bus is the parent's", f.read())
            os.waitpid(child, 0)
            kept[0].reply("parent")
            self.assertEqual("parent", (await waiting).body)


class SyncHabitsTest(BusTest):
    """The same for scripts."""

    def sync(self, node: str, **options: Any) -> SyncBus:
        return SyncBus("demo", node=node, directory=self.directory, **options)

    def test_one_that_is_not_started_holds_nothing(self) -> None:
        before = os.listdir("/proc/self/fd")
        bus = self.sync("s")
        self.assertEqual(before, os.listdir("/proc/self/fd"))
        with self.assertRaisesRegex(BusError, "is not started"):
            bus.send("x")
        bus.close()

    def test_it_is_started_once(self) -> None:
        with self.sync("s") as bus:
            taken = self.sync("s")
            for _ in range(2):
                with self.assertRaisesRegex(BusError, "in use"):
                    taken.start()
            with self.assertRaisesRegex(BusError, "started before"):
                bus.start()
        with self.assertRaisesRegex(BusError, "started before"):
            bus.start()
        with self.assertRaisesRegex(BusError, "is closed"):
            bus.send("x")
        with taken:
            pass

    def test_who_waits_while_another_thread_closes_it_is_told(self) -> None:
        bus = self.sync("s", imports=["x"]).start()
        ended: List[str] = []

        def wait() -> None:
            try:
                while True:
                    for _ in bus.consume("x", timeout=0.001):
                        pass
            except (BusError, ReplyError) as e:
                ended.append(str(e))

        threads = [threading.Thread(target=wait) for _ in range(4)]
        for thread in threads:
            thread.start()
        time.sleep(0)
        bus.close()
        for thread in threads:
            thread.join(HANGS_SECONDS)
        self.assertEqual(4, len(ended), "none waits for ever")

    def test_ctrl_c(self) -> None:
        # Whatever a shell runs in the background ignores Ctrl-C, and so does what that starts.
        begin = "import asyncio, signal, sys\nfrom vertx_ipc import *\n"
        begin += "signal.signal(signal.SIGINT, signal.default_int_handler)\n"
        scripts = {
            "SyncBus": (
                "with SyncBus('demo', node='c', exports=['e'], directory=sys.argv[1]) as bus:\n"
                "    print('up', flush=True)\n"
                "    for message in bus.consume('e'):\n"
                "        pass\n"
            ),
            "Bus": (
                "async def main():\n"
                "    async with Bus('demo', node='c', exports=['e'], directory=sys.argv[1]) as bus:\n"
                "        print('up', flush=True)\n"
                "        async for message in bus.consume('e'):\n"
                "            pass\n"
                "asyncio.run(main())\n"
            ),
        }
        for name, script in scripts.items():
            with self.subTest(name):
                process = subprocess.Popen(
                    [sys.executable, "-X", "dev", "-c", begin + script, self.directory],
                    stdout=subprocess.PIPE,
                    stderr=subprocess.PIPE,
                    text=True,
                )
                self.addCleanup(process.kill)
                assert process.stdout is not None
                self.assertEqual("up\n", process.stdout.readline())
                process.send_signal(signal.SIGINT)
                _, said = process.communicate(timeout=HANGS_SECONDS)
                self.assertEqual(-signal.SIGINT, process.returncode)
                # It may have met a call that was just being made, about which Python warns.
                self.assertIn("KeyboardInterrupt", said)
                self.assertFalse(os.path.exists(self.directory))


if __name__ == "__main__":
    unittest.main()
