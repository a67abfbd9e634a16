"""Frames and bodies: what goes in comes out, and whatever else comes is refused with the error that is for it."""

from __future__ import annotations

import decimal
import random
import struct
import unittest
from typing import Any, List

from support import seeded
from vertx_ipc._bodies import ByteArray, Char, Float32, Int8, Int16, Int32, decode_body, encode_body
from vertx_ipc._errors import DecodeError, FailureCode, ProtocolError, ReplyError
from vertx_ipc._frames import (
    Assembler,
    Hello,
    Incoming,
    decode_export,
    decode_hello,
    encode_bounce,
    encode_export,
    encode_hello,
    encode_message,
    encode_payload,
    encode_reply,
    pieces,
)
from vertx_ipc._headers import Headers
from vertx_ipc._protocol import BOUNCE, PUBLISH, REPLY, REQUEST, SEND

SEND_KINDS = (SEND, PUBLISH, REQUEST)


def random_text(r: random.Random) -> str:
    return "".join(r.choice("aé€😀 \0\"\\/Z") for _ in range(r.randrange(12)))


def random_json(r: random.Random, levels: int) -> Any:
    choice = r.randrange(8 if levels else 5)
    if choice == 5 or choice == 6:
        return {random_text(r): random_json(r, levels - 1) for _ in range(r.randrange(4))}
    if choice == 7:
        return [random_json(r, levels - 1) for _ in range(r.randrange(4))]
    return [None, r.random() < 0.5, r.randrange(-(1 << 70), 1 << 70), r.uniform(-1e9, 1e9), random_text(r)][choice]


def random_body(r: random.Random) -> Any:
    return r.choice(
        [
            None,
            random_text(r),
            bytes(r.randrange(256) for _ in range(r.randrange(40))),
            r.random() < 0.5,
            r.randrange(-(1 << 63), 1 << 63),
            r.randrange(-(1 << 200), 1 << 200),
            r.uniform(-1e300, 1e300),
            decimal.Decimal(r.randrange(-(10**30), 10**30)).scaleb(r.randrange(-20, 20)),
            {"a": random_json(r, 3)},
            [random_json(r, 3)],
        ]
    )


def random_frame(r: random.Random) -> bytes:
    headers = [(random_text(r), random_text(r)) for _ in range(r.randrange(4))]
    payload = encode_payload(random_body(r), headers)
    kind = r.choice((SEND, PUBLISH, REQUEST, REPLY))
    if kind == REPLY:
        return encode_reply(r.randrange(1, 1 << 60), r.randrange(1 << 60), payload)
    way = tuple(r.randrange(-(1 << 63), 1 << 63) for _ in range(r.randrange(2 if kind == PUBLISH else 17)))
    frame = encode_message(kind, r.randrange(1 << 31), r.randrange(1 << 60), payload, way)
    return encode_bounce(frame) if kind in (SEND, REQUEST) and r.random() < 0.3 else frame


class BodiesTest(unittest.TestCase):
    def test_what_goes_in_comes_out(self) -> None:
        seed = seeded()
        r = random.Random(seed)
        for _ in range(2_000):
            body = random_body(r)
            with self.subTest(seed=seed, body=body):
                decoded = decode_body(*encode_body(body))
                self.assertEqual(body, decoded)
                self.assertIs(type(body), type(decoded))

    def test_types_on_the_bus(self) -> None:
        cases: List[Any] = [
            (7, 8, struct.pack("<q", 7)),
            (Int32(-2), 7, b"\xfe\xff\xff\xff"),
            (Int16(-2), 12, b"\xfe\xff"),
            (Int8(-2), 14, b"\xfe"),
            (Float32(0.5), 9, struct.pack("<f", 0.5)),
            (Char("é"), 13, b"\xe9\0"),
            (ByteArray(b"ab"), 6, b"ab"),
            (True, 11, b"\1"),
            (1 << 63, 18, b"\0\x80" + bytes(7)),
            (-1 - (1 << 63), 18, b"\xff\x7f" + b"\xff" * 7),
            (decimal.Decimal("-1.5"), 19, b"\1\0\0\0\xf1"),
            (bytearray(b"xy"), 3, b"xy"),
            (memoryview(b"xyz")[::2], 3, b"xz"),
            ((1, 2), 5, b"[1,2]"),
            ("\ud800", 2, b"?"),
        ]
        for body, kind, data in cases:
            with self.subTest(body=body):
                self.assertEqual((kind, data), encode_body(body))

    def test_what_has_no_form(self) -> None:
        loop: List[Any] = []
        loop.append(loop)
        for body in (object(), {1, 2}, [float("nan")], {"a": object()}, loop, decimal.Decimal("NaN")):
            with self.subTest(body=type(body)), self.assertRaises(ReplyError) as caught:
                encode_payload(body, None, "x")
            self.assertEqual(FailureCode.CODEC, caught.exception.code)
        for make in (lambda: Int32(1 << 31), lambda: Int8(-129), lambda: Char("ab"), lambda: Char("😀")):
            self.assertRaises(ValueError, make)

    def test_bodies_that_are_none(self) -> None:
        cases = [(0, b"x"), (7, b"abc"), (8, b""), (11, b""), (18, b""), (19, b"abcd"), (15, b"abc"), (15, b"\x09" * 6)]
        cases += [(4, b"[]"), (5, b"{}"), (4, b"{"), (4, b'{"a":NaN}'), (5, b"[" * 100_000), (16, b""), (17, b"")]
        cases += [(4, b'{"a":"\xc3("}'), (5, b'["\xed\xa0\x80"]')]
        cases += [(20, b"\0"), (21, b"\0"), (255, b""), (99, b""), (19, b"\xff\xff\xff\x7f" + b"\x7f" * 4000)]
        for kind, data in cases:
            with self.subTest(kind=kind, data=data[:10]):
                self.assertRaises(DecodeError, decode_body, kind, data)


class FramesTest(unittest.TestCase):
    def test_hello_and_export(self) -> None:
        hello = Hello(-5, 7, -8, 4096, "node")
        self.assertEqual(hello, decode_hello(encode_hello(hello)))
        self.assertEqual(0, encode_hello(hello)[1], "JSON is taken as text only")
        self.assertEqual((3, "é", True), decode_export(encode_export(3, "é", True)))
        other = bytearray(encode_hello(hello))
        other[2] = 2
        with self.assertRaisesRegex(ProtocolError, "protocol version 2, this is version 3"):
            decode_hello(bytes(other))

    def test_what_goes_in_comes_out(self) -> None:
        seed = seeded()
        r = random.Random(seed)
        for _ in range(1_000):
            body, pairs = random_body(r), [(random_text(r), random_text(r)) for _ in range(r.randrange(4))]
            kind, number, mark = r.choice(SEND_KINDS), r.randrange(-(1 << 31), 1 << 31), r.randrange(1 << 62)
            way = tuple(r.randrange(-(1 << 63), 1 << 63) for _ in range(r.randrange(2)))
            incoming = Incoming(encode_message(kind, number, mark, encode_payload(body, pairs), way))
            with self.subTest(seed=seed, body=body):
                self.assertEqual((kind, number, way, False), (incoming.kind, incoming.target, incoming.way, False))
                self.assertEqual(0 if kind == SEND else mark, incoming.mark)
                self.assertEqual((tuple(pairs), body), (incoming.headers.pairs(), incoming.body()))
                again = Incoming(encode_message(kind, number, mark, incoming.payload(), way))
                self.assertEqual(incoming.frame, again.frame)

    def test_damaged_frames_fail_with_the_error_of_the_protocol(self) -> None:
        seed = seeded()
        r = random.Random(seed)
        refused = 0
        for _ in range(6_000):
            frame = bytearray(random_frame(r))
            for _ in range(r.randrange(1, 4)):
                if r.random() < 0.5:
                    del frame[r.randrange(1, len(frame) + 1) :]
                else:
                    frame[r.randrange(len(frame))] = r.choice((0, 1, 127, 128, 255, r.randrange(256)))
            with self.subTest(seed=seed, frame=bytes(frame).hex()):
                try:
                    whole = Assembler(1 << 20).take(bytes(frame))
                    if whole is not None:
                        Incoming(whole).body()
                except ProtocolError:
                    refused += 1
        self.assertGreater(refused, 1_000)

    def test_messages_in_the_wrong_place(self) -> None:
        payload = encode_payload(None)
        reply, publish = encode_reply(1, 0, payload), encode_message(PUBLISH, 1, 1, payload)
        way = struct.pack("<BBHq", 16, 1, 0, 5)
        nothing, long_way = struct.pack("<BBH", 16, 0, 0), struct.pack("<BBH17q", 16, 17, 0, *range(17))
        send = encode_message(SEND, 1, 0, payload)
        for frame in (
            encode_bounce(reply),
            encode_bounce(publish),
            way + reply,
            struct.pack("<BBHqq", 16, 2, 0, 5, 6) + publish,
            nothing + send,
            long_way + send,
            way + way + send,
            encode_bounce(encode_bounce(send)),
            struct.pack("<BBHq", 12, 0, 0, 5) + send,
            bytes((BOUNCE, 0, 0, 0)),
        ):
            with self.subTest(frame=frame.hex()):
                self.assertRaises(ProtocolError, Incoming, frame)

    def test_headers(self) -> None:
        headers = Headers([("A", "1"), ("b", "2"), ("a", "3")])
        self.assertEqual(("1", ["1", "3"], 2), (headers["a"], headers.get_all("A"), len(headers)))
        self.assertEqual(["A", "b"], list(headers))
        self.assertIn("B", headers)
        self.assertIsNone(headers.get("c"))
        wrong: Any
        for wrong, said in (
            ({"a": 1}, "not ('a', 1)"),
            (["ab"], "not 'ab'"),
            ([("a", "b", "c")], "not ('a', 'b', 'c')"),
            ({"x" * 65536: ""}, "the name of a header takes 65536 bytes, at most 65535"),
            ([("a", "b")] * 65536, "65536 headers, at most 65535"),
        ):
            with self.subTest(said), self.assertRaises(ReplyError) as caught:
                encode_payload(None, wrong)
            self.assertIn(said, str(caught.exception))
        self.assertEqual(1, encode_payload(None, {"x" * 65535: "y" * 70_000})[1])


class AssemblerTest(unittest.TestCase):
    def test_pieces(self) -> None:
        r = random.Random(1)
        for length, limit in ((100, 20), (5_000, 504), (504, 503), (40, 39)):
            frame = encode_message(SEND, 1, 0, encode_payload(r.randbytes(length) if length else b""))
            assembler = Assembler(10_000)
            records = list(pieces(frame, limit))
            self.assertTrue(all(len(record) <= limit for record in records))
            found = [whole for whole in map(assembler.take, records) if whole is not None]
            self.assertEqual([frame], found)

    def test_what_does_not_fit_together(self) -> None:
        frame = encode_message(SEND, 1, 0, encode_payload(b"x" * 100))
        first, *rest = list(pieces(frame, 40))
        for records in (
            [b"", b"abc"],
            [rest[0]],
            [first, first],
            [first, frame],
            [first, rest[0], rest[1], rest[1]],
            [first, bytes((11, 0, 0, 0))],
            [first[:8]],
            [struct.pack("<BxxxI", 10, 3) + b"abc"],
            [struct.pack("<BxxxI", 10, 1 << 31) + b"abc"],
            [struct.pack("<BxxxI", 10, 5) + b"\x0a", bytes((11, 0, 0, 0)) + b"abcd"],
            [b"\6" * 5_000],
        ):
            with self.subTest(records=records), self.assertRaises(ProtocolError):
                assembler = Assembler(4_096)
                for record in records:
                    assembler.take(record)


if __name__ == "__main__":
    unittest.main()
