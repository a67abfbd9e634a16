"""A node that is told what to do by lines on its standard input, as ``org.vertxipc.testing.TestNode`` is.

    python3 conformance_node.py CONFIG [true|false]

CONFIG is the JSON that a Java node takes. Each line is a JSON object with ``op``; each answer is one with ``result`` or
``failure``. What this client does not have (options of other transports, links, stores) fails with a text that says so.
"""

from __future__ import annotations

import asyncio
import collections
import json
import logging
import os
import struct
import sys
import time
from typing import Any, Dict, List, Optional

from vertx_ipc import Bus, BusError, Int32, Message, PeerEvent, ReplyError

_SIZES = {
    "ringBytes": "ring_bytes",
    "pipeBytes": "pipe_bytes",
    "maxMessageBytes": "max_message_bytes",
    "sendQueueBytes": "send_queue_bytes",
}
_MILLIS = {"startTimeoutMillis": "start_timeout", "closeTimeoutMillis": "close_timeout"}

# What the Java class of a body is called, by the type on the wire.
_CLASSES = {
    0: "null",
    2: "String",
    3: "BufferImpl",
    4: "JsonObject",
    5: "JsonArray",
    6: "byte[]",
    7: "Integer",
    8: "Long",
    9: "Float",
    10: "Double",
    11: "Boolean",
    12: "Short",
    13: "Character",
    14: "Byte",
    18: "BigInteger",
    19: "BigDecimal",
}


def make_bus(config: Dict[str, Any]) -> Bus:
    """Returns the node that a configuration describes."""
    bus = config.get("bus", {})
    options: Dict[str, Any] = {}
    for key, name in _SIZES.items():
        if key in bus:
            options[name] = bus[key]
    for key, name in _MILLIS.items():
        if key in bus:
            options[name] = bus[key] / 1000
    if bus.get("mode", "0600") == "0660":
        options["group"] = bus.get("group")
    if config.get("links"):
        raise ValueError("a node in Python has no links")
    return Bus(
        bus["name"],
        node=bus.get("node"),
        transport=bus.get("transport", "shm"),
        directory=bus.get("directory"),
        exports=bus.get("exports", []),
        imports=bus.get("imports", []),
        **options,
    )


def from_json(body: Any) -> Any:
    """Returns a body of a command as Java reads it: a number that fits is an Integer there."""
    if isinstance(body, int) and not isinstance(body, bool) and -(1 << 31) <= body < 1 << 31:
        return Int32(body)
    return body


def to_json(body: Any) -> Any:
    """Returns a body as it stands in an answer: bytes as Vert.x writes them."""
    if isinstance(body, bytes):
        import base64

        return base64.urlsafe_b64encode(body).rstrip(b"=").decode()
    return body


def text(body: Any) -> str:
    """Returns what ``String.valueOf`` gives in Java, as far as it can be the same."""
    if isinstance(body, bytes):
        return body.decode("utf-8", "replace")
    if body is None or isinstance(body, bool):
        return {None: "null", True: "true", False: "false"}[body]
    if isinstance(body, (dict, list)):
        return json.dumps(body, ensure_ascii=False, separators=(",", ":"))
    return str(body)


class Said(logging.Handler):
    """Keeps the warnings that were logged."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.lines: List[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(record.getMessage())


class ConformanceNode:
    """The node, and what it was told."""

    def __init__(self, config: Dict[str, Any]) -> None:
        self.config = config
        self.received: Dict[str, List[Any]] = collections.defaultdict(list)
        self.gone: List[str] = []
        self.hoard: List[int] = []
        self.said = Said()
        logging.getLogger("vertx_ipc").addHandler(self.said)
        self.make()

    def make(self) -> None:
        """Makes the bus, which is not joined yet. What is wrong with the configuration fails the commands."""
        self.refused = ""
        try:
            self.bus = make_bus(self.config)
            self.bus.on_peer(self.on_peer)
        except (BusError, TypeError, ValueError) as e:
            self.refused = "a node in Python can't be made of this configuration: %s" % e

    def on_peer(self, event: PeerEvent) -> None:
        if event.state == "down":
            self.gone.append("%s %s" % (event.node, event.reason))

    async def run(self, command: Dict[str, Any]) -> Any:
        """Carries a command out; returns its result."""
        if self.refused:
            raise ValueError(self.refused)
        op = getattr(self, "op_" + str(command.get("op")), None)
        if op is None:
            raise ValueError("unknown command, or one that a node in Python does not have: %s" % json.dumps(command))
        return await op(command.get("address"), command.get("body"), command)

    async def op_start(self, *_: Any) -> None:
        await self.bus.start()

    async def op_restart(self, *_: Any) -> None:
        self.make()
        await self.bus.start()

    async def op_consume(self, address: str, _: Any, command: Dict[str, Any]) -> None:
        mode = getattr(self, "on_" + str(command.get("mode")), None)
        if mode is None:
            raise ValueError("unknown mode, or one that a node in Python does not have: %s" % json.dumps(command))
        self.bus.consumer(address)(mode)

    async def op_export(self, address: str, *_: Any) -> None:
        self.bus.export(address)

    async def op_withdraw(self, address: str, *_: Any) -> None:
        self.bus.withdraw(address)

    async def op_await(self, address: str, *_: Any) -> None:
        await self.bus.await_export(address)

    async def op_send(self, address: str, body: Any, _: Any) -> None:
        # In Java eventBus.send tells nobody that a message was not accepted; it is counted, as here.
        try:
            self.bus.send(address, from_json(body))
        except ReplyError as e:
            print(e, file=sys.stderr)

    async def op_publish(self, address: str, body: Any, _: Any) -> None:
        self.bus.publish(address, from_json(body))

    async def op_request(self, address: str, body: Any, command: Dict[str, Any]) -> Any:
        headers, timeout = command.get("headers"), command.get("timeout", 30_000) / 1000
        return to_json((await self.bus.request(address, from_json(body), headers=headers, timeout=timeout)).body)

    async def op_series(self, address: str, count: int, _: Any) -> None:
        for number in range(count):
            await self.bus.drained(address)
            self.bus.send(address, struct.pack(">i", number))

    async def op_longEcho(self, address: str, length: int, _: Any) -> int:
        sent = bytes((i * 31 + (i >> 8)) & 0xFF for i in range(1 << 16)) * (length >> 16)
        if (await self.bus.request(address, sent)).body != sent:
            raise ValueError("what came back is not what was sent")
        return len(sent)

    async def op_received(self, address: str, *_: Any) -> List[Any]:
        return [to_json(body) for body in self.received[address]]

    async def op_count(self, address: str, *_: Any) -> int:
        return len(self.received[address])

    async def op_gone(self, *_: Any) -> List[str]:
        return self.gone

    async def op_said(self, *_: Any) -> List[str]:
        return [line for line in self.said.lines if line.startswith("Node ")]

    async def op_stats(self, *_: Any) -> Dict[str, int]:
        stats = self.bus.stats()
        names = {"tooLarge": "too-large", "nobody": "nobody", "gone": "node-gone"}
        names.update(refused="not-exported", overflowed="queue-full", codecFailed="codec")
        counts = {name: stats.get(reason, 0) for name, reason in names.items()}
        return {"sent": stats["sent"], "received": stats["received"], **counts}

    async def op_peers(self, *_: Any) -> int:
        return len(self.bus.peers)

    async def op_flood(self, address: str, millis: int, _: Any) -> Dict[str, int]:
        sent = accepted = failed = full = 0
        end = time.monotonic() + millis / 1000
        while time.monotonic() < end:
            before = failed
            for _i in range(100):
                body = struct.pack(">i1020x", sent)
                sent += 1
                try:
                    self.bus.send(address, body)
                    accepted += 1
                except ReplyError:
                    failed += 1
            full += failed > before
            await asyncio.sleep(0)
        return {"sent": sent, "accepted": accepted, "failed": failed, "full": full}

    async def op_exhaust(self, *_: Any) -> None:
        try:
            while True:
                self.hoard.append(os.open("/dev/null", os.O_RDONLY))
        except OSError:
            os.close(self.hoard.pop())

    async def op_free(self, *_: Any) -> None:
        while self.hoard:
            os.close(self.hoard.pop())

    async def op_exit(self, *_: Any) -> None:
        sys.exit(0)

    async def op_close(self, *_: Any) -> None:
        await self.bus.close()

    def on_echo(self, m: Message) -> None:
        m.reply(self.same(m))

    @staticmethod
    def same(m: Message) -> Any:
        """Returns the body with the type that it has on the bus, which Python's own number may not have."""
        return Int32(m.body) if m._incoming.body_type == 7 else m.body

    def on_describe(self, m: Message) -> None:
        m.reply(
            {
                "type": _CLASSES[m._incoming.body_type],
                "text": text(m.body),
                "address": m.address,
                "isSend": m.is_send,
                "headers": ["%s=%s" % pair for pair in m.headers.pairs()],
            }
        )

    def on_name(self, m: Message) -> None:
        self.on_record(m)
        m.reply(self.bus.node)

    def on_record(self, m: Message) -> None:
        self.received[m.address].append(m.body)

    def on_number(self, m: Message) -> None:
        self.received[m.address].append(struct.unpack_from(">i", m.body)[0])

    def on_silent(self, m: Message) -> None:
        """Keeps the requester waiting."""

    def on_fail(self, m: Message) -> None:
        m.fail(42, "as asked")

    async def on_ask(self, m: Message) -> None:
        try:
            answer = await m.reply_and_request("which?")
            answer.reply("so %s" % answer.body)
        except ReplyError:
            self.on_record(m)


def say(line: str) -> None:
    """Writes a line at once."""
    print(line, flush=True)


async def main() -> None:
    logging.basicConfig(level=logging.WARNING)
    node = ConformanceNode(json.loads(sys.argv[1]))
    say("up")
    loop = asyncio.get_running_loop()
    while True:
        line: Optional[str] = await loop.run_in_executor(None, sys.stdin.readline)
        if not line:
            break
        try:
            answer = {"result": await node.run(json.loads(line))}
        except Exception as e:
            # A ReplyException of Java has its text as its message.
            answer = {"failure": e.text if isinstance(e, ReplyError) and e.text else str(e) or repr(e)}
        say(json.dumps(answer))
    if not node.refused:
        await node.bus.close()


if __name__ == "__main__":
    asyncio.run(main())
