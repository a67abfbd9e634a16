"""Nodes in processes of their own, which are killed, stopped, and fed with what is no message."""

from __future__ import annotations

import asyncio
import logging
import os
import random
import signal
import struct
import time
from typing import Any, List

from support import TRANSPORTS, BusTest, seeded
from vertx_ipc import Bus, FailureCode, FailureType, Message, PeerEvent, ReplyError
from vertx_ipc._frames import Hello, encode_export, encode_hello
from vertx_ipc._protocol import hex_of


class ProcessesTest(BusTest):
    def here(self, **options: Any) -> Bus:
        options = {"node": "here", "imports": ["v.*"], "exports": ["h.count"], **options}
        return Bus("demo", directory=self.directory, **options)

    def victim(self, transport: str, node: str = "victim") -> Any:
        exports = ["v.echo", "v.silent", "v.number"]
        return self.child(node=node, transport=transport, exports=exports, imports=["h.*"])

    async def test_killed_with_requests_pending_and_started_again(self) -> None:
        for transport in TRANSPORTS:
            async with self.here(transport=transport) as bus:
                events: List[PeerEvent] = []
                bus.on_peer(events.append)
                victim = await self.victim(transport).start()
                await victim.call("consume", "v.silent", mode="silent")
                await bus.await_export("v.silent", 30)
                waiting = [asyncio.ensure_future(bus.request("v.silent", n)) for n in range(100)]
                await asyncio.sleep(0)
                os.kill(victim.process.pid, signal.SIGKILL)
                failed = await asyncio.gather(*waiting, return_exceptions=True)
                self.assertEqual(
                    {(FailureCode.NODE_GONE, "Node 'victim' died")},
                    {(e.code, e.text) for e in failed if isinstance(e, ReplyError)},
                )
                self.assertEqual(("victim", "down", "died"), (events[-1].node, events[-1].state, events[-1].reason))
                await self.until(lambda: set(os.listdir(bus.path)) == {"here", "here.lock"})
                self.assertEqual({"door", "node.json"}, set(os.listdir(os.path.join(bus.path, "here"))))
                again = await self.victim(transport).start()
                await again.call("consume", "v.echo", mode="echo")
                await bus.await_export("v.echo", 30)
                self.assertEqual("x", (await bus.request("v.echo", "x")).body)
                again.kill()
                await self.until(lambda: not bus.peers)
                await self.until(lambda: not os.path.exists(os.path.join(bus.path, "victim.lock")))
            self.assertFalse(os.path.exists(self.directory))

    async def test_killed_while_it_writes_and_while_it_reads(self) -> None:
        for transport in TRANSPORTS:
            async with self.here(transport=transport) as bus:
                numbers: List[int] = []
                bus.consumer("h.count", lambda m: numbers.append(struct.unpack_from(">i", m.body)[0]))
                victim = await self.victim(transport).start()
                await victim.call("await", "h.count")
                victim.tell("flood", "h.count", body=60_000)
                await self.until(lambda: len(numbers) > 100)
                os.kill(victim.process.pid, signal.SIGKILL)
                await self.until(lambda: not bus.peers)
                self.assertEqual(sorted(set(numbers)), numbers, "whole, in order, and none twice")
                victim.kill()
                victim = await self.victim(transport).start()
                await victim.call("consume", "v.number", mode="number")
                await bus.await_export("v.number", 30)
                with self.assertRaises(ReplyError) as caught:
                    for n in range(1 << 31):
                        if n == 2_000:
                            os.kill(victim.process.pid, signal.SIGKILL)
                        bus.send("v.number", struct.pack(">i60x", n))
                        await bus.drained("v.number")
                self.assertIn(caught.exception.code, (FailureCode.NODE_GONE, -1))
                victim.kill()

    async def test_what_comes_while_a_node_starts_waits_for_its_consumer(self) -> None:
        async with self.here(node="asks", imports=["late.*"], exports=["seen"]) as bus:
            victim = await self.victim("fifo").start()
            os.kill(victim.process.pid, signal.SIGSTOP)
            got: List[Any] = []
            asked = asyncio.ensure_future(bus.await_export("late.x", 30))
            # Its start waits for the node that is stopped, and meanwhile the other finds its address.
            late = self.here(node="late", exports=["late.x", "late.y"], start_timeout=1.0)
            started = asyncio.ensure_future(late.start())
            await asked
            await bus.await_export("late.y", 30)
            bus.send("late.x", 1)
            bus.publish("late.x", 2)
            replies = [asyncio.ensure_future(bus.request(address, 3)) for address in ("late.x", "late.y")]
            kept: Any = late._router
            await self.until(lambda: sum(map(len, kept._early.values())) == 4)
            self.assertFalse(started.done())

            def consume(message: Message) -> None:
                got.append(message.body)
                message.reply("done")

            await started
            late.consumer("late.x", consume)
            self.assertEqual("done", (await replies[0]).body)
            self.assertEqual([1, 2, 3], got)
            with self.assertRaises(ReplyError) as caught:
                await replies[1]
            self.assertEqual(FailureType.NO_HANDLERS, caught.exception.type)
            await late.close()

    async def test_a_stopped_process_is_not_taken_for_dead(self) -> None:
        async with self.here(send_queue_bytes=100_000) as bus:
            victim = await self.victim("fifo").start()
            await victim.call("consume", "v.number", mode="number")
            await bus.await_export("v.number", 30)
            os.kill(victim.process.pid, signal.SIGSTOP)
            accepted = 0
            with self.assertRaises(ReplyError) as caught:
                while True:
                    bus.send("v.number", struct.pack(">i1000x", accepted))
                    accepted += 1
            self.assertEqual(FailureCode.QUEUE_FULL, caught.exception.code)
            self.assertEqual(1, len(bus.peers))
            os.kill(victim.process.pid, signal.SIGCONT)
            await bus.drained("v.number")
            while await victim.call("count", "v.number") < accepted:
                await asyncio.sleep(0)
            self.assertEqual(list(range(accepted)), await victim.call("received", "v.number"))

    async def test_a_process_that_leaves_in_order(self) -> None:
        async with self.here() as bus:
            numbers: List[int] = []
            events: List[PeerEvent] = []
            bus.on_peer(events.append)
            bus.consumer("h.count", lambda m: numbers.append(struct.unpack_from(">i", m.body)[0]))
            victim = await self.victim("fifo").start()
            await victim.call("await", "h.count")
            flooded = await victim.call("flood", "h.count", body=50)
            await victim.call("close")
            await self.until(lambda: not bus.peers)
            self.assertEqual(flooded["accepted"], len(numbers))
            self.assertEqual("left the bus", events[-1].reason)

    async def test_idle_nodes_take_no_cpu(self) -> None:
        async with self.here() as bus:
            victims = [await self.victim(transport, "by-" + transport).start() for transport in TRANSPORTS]
            # Each has the others as peers, and has exchanged messages with one.
            for transport, victim in zip(TRANSPORTS, victims):
                await victim.call("consume", "v.echo", mode="echo")
                await self.until(lambda: len(bus.peers) == len(TRANSPORTS))
                for n in range(10):
                    await bus.request("v.echo", n)
            before, start = [_cpu_seconds(victim.process.pid) for victim in victims], time.monotonic()
            await asyncio.sleep(_IDLE_SECONDS)
            # What it used itself counts, however long it waited for a processor. To look at files now and then takes
            # a tenth of this, and a busy loop two hundred times as much.
            allowed = 0.005 * (time.monotonic() - start)
            for transport, victim, used in zip(TRANSPORTS, victims, before):
                with self.subTest(transport=transport):
                    self.assertLess(_cpu_seconds(victim.process.pid) - used, allowed)
            for victim in victims:
                await victim.call("close")
                victim.kill()


# How long nodes are watched that do nothing.
_IDLE_SECONDS = 8.0


def _cpu_seconds(pid: int) -> float:
    """Returns how long a process has used a processor, as clock_getcpuclockid(3) has it."""
    return time.clock_gettime(~pid << 3 | 2)


class HostileTest(BusTest):
    """A peer that says what it likes: a node whose way out is written by hand."""

    async def hostile(self, bus: Bus, records: List[bytes]) -> str:
        """Writes records behind a proper beginning; returns what was logged when it was cut off."""
        node = "hostile"
        async with Bus("demo", node=node, directory=self.directory, imports=["*"]) as other:
            await self.until(lambda: other.peers and bus.peers)
            assert other._node is not None
            peer = other._node.peers["here"]
            outbound = peer.outbound
            assert outbound is not None
            with self.assertLogs("vertx_ipc", logging.WARNING) as logs:
                for record in records:
                    outbound._put_record(record)
                outbound.flush()
                await self.until(lambda: any("was cut off" in line for line in logs.output))
            # It was only this connection, and it comes again.
            peers = other._node.peers
            await self.until(lambda: "here" in peers and peers["here"] is not peer)
            await self.until(lambda: other.peers and bus.peers)
            return "\n".join(logs.output)

    async def test_records_that_are_none(self) -> None:
        for transport in TRANSPORTS:
            async with Bus("demo", node="here", directory=self.directory, exports=["x"], transport=transport) as bus:
                for records, error in (
                    ([b"abc"], "record of 3 bytes"),
                    ([bytes((99, 0, 0, 0))], "frame of kind 99"),
                    ([bytes((6, 0, 0, 0))], "head of 8 bytes where 4"),
                    ([struct.pack("<BBHI", 6, 2, 1, 1) + b"\xff\xff"], "header name of 65535 bytes where 0"),
                    ([bytes((11, 0, 0, 0)) + b"x"], "has no first"),
                    ([struct.pack("<BxxxI", 10, 1 << 31) + b"x" * 20], "at most 67108864 are accepted"),
                    ([encode_hello(Hello(1, 2, 3, 4096, "x"))], "frame of kind 1"),
                    ([encode_export(1, "a", True)] * 2, "announced twice"),
                ):
                    with self.subTest(transport=transport, error=error):
                        self.assertIn(error, await self.hostile(bus, records))

    async def test_random_records(self) -> None:
        seed = seeded()
        r = random.Random(seed)
        async with Bus("demo", node="here", directory=self.directory, exports=["x"]) as bus:
            with self.subTest(seed=seed):
                # The last one ends the connection, whatever became of the others.
                junk = [bytes((r.randrange(12, 17),)) + r.randbytes(r.randrange(3, 60)) for _ in range(50)]
                await self.hostile(bus, junk + [b"ab"])

    async def test_a_fifo_with_an_impossible_length(self) -> None:
        async with Bus("demo", node="here", directory=self.directory) as bus:
            async with Bus("demo", node="other", directory=self.directory) as other:
                await self.until(lambda: other.peers and bus.peers)
                assert other._node is not None
                outbound: Any = other._node.peers["here"].outbound
                with self.assertLogs("vertx_ipc", logging.WARNING) as logs:
                    outbound._buffer += struct.pack("<I", 131069)
                    outbound.flush()
                    await self.until(lambda: any("record of 131069 bytes" in line for line in logs.output))

    async def test_a_peer_that_reads_no_more_and_says_nothing(self) -> None:
        async with Bus("demo", node="here", directory=self.directory) as bus:
            async with Bus("demo", node="other", directory=self.directory) as other:
                await self.until(lambda: other.peers and bus.peers)
                assert other._node is not None
                peer = other._node.peers["here"]
                assert peer.inbound is not None
                with self.assertLogs("vertx_ipc", logging.WARNING) as logs:
                    peer.inbound.close()
                    await self.until(lambda: any("it no longer reads" in line for line in logs.output))

    async def test_a_hello_of_another_version(self) -> None:
        async with Bus("demo", node="here", directory=self.directory) as bus:
            async with Bus("demo", node="other", directory=self.directory, start_timeout=0) as other:
                assert other._node is not None and bus._node is not None
                path = os.path.join(bus.path, "here", "other-%s.fifo" % hex_of(other._node.incarnation))
                await self.until(lambda: os.path.exists(path))
                hello = bytearray(encode_hello(Hello(other._node.incarnation, bus._node.incarnation, 2, 4096, "other")))
                hello[2] = 2
                fd = os.open(path, os.O_WRONLY)
                with self.assertLogs("vertx_ipc", logging.WARNING) as logs:
                    os.write(fd, struct.pack("<I", len(hello)) + hello)
                    await self.until(lambda: logs.output)
                os.close(fd)
                # Its own hello may have come first.
                self.assertRegex(logs.output[0], "Node 'other' was cut off: (protocol version 2|frame of kind 1)")
                await self.until(lambda: other.peers and bus.peers)
