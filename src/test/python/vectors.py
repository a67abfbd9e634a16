"""The test vectors in ``src/test/vectors``, and what a frame means, as they say it: made into bytes, and of bytes."""

from __future__ import annotations

import decimal
import json
import os
import struct
from typing import Any, Dict, Iterator, List, NamedTuple, Tuple

from support import HERE
from vertx_ipc._bodies import ByteArray, Char, Float32, Int8, Int16, Int32
from vertx_ipc._errors import ReplyError
from vertx_ipc._frames import (
    Assembler,
    Hello,
    Incoming,
    decode_export,
    decode_hello,
    decode_number,
    encode_available,
    encode_bare,
    encode_bounce,
    encode_export,
    encode_hello,
    encode_message,
    encode_payload,
    encode_reply,
    encode_withdraw,
)
from vertx_ipc._protocol import (
    AVAILABLE,
    BYE,
    EXPORT,
    HELLO,
    PROTOCOL_VERSION,
    PUBLISH,
    REPLY,
    REQUEST,
    SEND,
    SYNCED,
    UNAVAILABLE,
    WITHDRAW,
    hex_of,
    signed,
)

Words = Dict[str, Any]

DIRECTORY = os.path.join(HERE, "../vectors")
MAX_MESSAGE_BYTES = 1 << 20
NEEDS_RINGS = "rings need CPython on x86-64"
KINDS = {
    "HELLO": HELLO,
    "EXPORT": EXPORT,
    "WITHDRAW": WITHDRAW,
    "SYNCED": SYNCED,
    "BYE": BYE,
    "SEND": SEND,
    "PUBLISH": PUBLISH,
    "REQUEST": REQUEST,
    "REPLY": REPLY,
    "AVAILABLE": AVAILABLE,
    "UNAVAILABLE": UNAVAILABLE,
}
_KIND_NAMES = {number: name for name, number in KINDS.items()}

# Names of the types of bodies in the vectors, by their numbers.
TYPES = {
    0: "null",
    2: "text",
    3: "buffer",
    4: "object",
    5: "array",
    6: "bytes",
    7: "int",
    8: "long",
    9: "float",
    10: "double",
    11: "boolean",
    12: "short",
    13: "char",
    14: "byte",
    15: "failure",
    18: "integer",
    19: "decimal",
}


class Vector(NamedTuple):
    """One vector."""

    name: str
    json: Words

    @property
    def data(self) -> bytes:
        """Returns the bytes of ``hex``, and so many zeros behind them as it says."""
        return unhex(self.json["hex"]) + bytes(self.json.get("zeros", 0))

    def all_bytes(self, key: str) -> List[bytes]:
        """Returns a list of bytes."""
        return [unhex(digits) for digits in self.json[key]]

    def versions(self) -> List[bytes]:
        """Returns its bytes: one of its own, or a vector of ``frames.json`` that is cut to each of some lengths."""
        if "cut" not in self.json:
            return [self.data]
        whole = next(v.data for v in read("frames", "frames") if v.name == self.json["of"])
        first, last = self.json["cut"]
        assert 0 <= first <= last < len(whole), self.name
        return [whole[:length] for length in range(first, last + 1)]


def sections(file: str) -> List[str]:
    """Returns the names of the sections of a file."""
    return [name for name in _load(file) if name != "about"]


def read(file: str, section: str) -> List[Vector]:
    """Returns the vectors of a section, at least one."""
    found = [Vector(row["name"], row) for row in _load(file)[section]]
    assert found and len({vector.name for vector in found}) == len(found), "none, or two of one name"
    return found


def _load(file: str) -> Words:
    with open(os.path.join(DIRECTORY, file + ".json"), encoding="utf-8") as f:
        return dict(json.load(f, object_pairs_hook=_once))


def _once(pairs: List[Tuple[str, Any]]) -> Words:
    assert len(dict(pairs)) == len(pairs), "a key that is there twice: %r" % pairs
    return dict(pairs)


def unhex(digits: str) -> bytes:
    """Returns the bytes that are written as hexadecimal digits, between which there are spaces."""
    return bytes.fromhex(digits)


def number_of(digits: str) -> int:
    """Returns the signed number of 64 bits that is written as 16 hexadecimal digits."""
    assert len(digits) == 16, digits
    return signed(int(digits, 16))


def image(parts: Dict[str, str], size: int) -> bytearray:
    """Returns bytes of which a vector says those that are not zero, by their offsets."""
    found = bytearray(size)
    for at, digits in parts.items():
        data = unhex(digits)
        found[int(at) : int(at) + len(data)] = data
    assert len(found) == size
    return found


def text_of(words: Any) -> str:
    """Returns a text that is the same for the same words, and tells true from 1 and 1 from 1.0."""
    return json.dumps(words, sort_keys=True)


# Words made into bytes.


def encode(words: Words) -> bytes:
    """Returns the frame that Python makes of these words."""
    kind = KINDS[words["kind"]]
    if kind == HELLO:
        ids = [number_of(words[key]) for key in ("incarnation", "addressee", "vertx")]
        return encode_hello(Hello(ids[0], ids[1], ids[2], words["maxMessageBytes"], words["node"]))
    if kind == EXPORT:
        return encode_export(words["number"], words["address"], words["consumer"])
    if kind == WITHDRAW:
        return encode_withdraw(words["number"])
    if kind in (AVAILABLE, UNAVAILABLE):
        return encode_available(words["number"], kind == AVAILABLE)
    if kind in (SYNCED, BYE):
        return encode_bare(kind)
    payload = encode_payload(_body(words["body"]), [(name, value) for name, value in words.get("headers", ())])
    if kind == REPLY:
        return encode_reply(number_of(words["replyTo"]), number_of(words["correlation"]), payload)
    mark = words["publication"] if kind == PUBLISH else number_of(words["correlation"]) if kind == REQUEST else 0
    way = tuple(map(number_of, words.get("way", ())))
    frame = encode_message(kind, words["number"], mark, payload, way)
    return encode_bounce(frame) if words.get("bounced") else frame


def _body(words: Words) -> Any:
    kind, value = words["type"], words["value"]
    if kind in ("null", "text", "object", "array", "boolean", "double"):
        return value
    if kind in ("long", "integer"):
        return int(value)
    if kind == "decimal":
        unscaled = int(value["unscaled"])
        digits = tuple(map(int, str(abs(unscaled))))
        return decimal.Decimal((int(unscaled < 0), digits, -value["scale"]))
    if kind == "failure":
        return ReplyError(value["type"], value["code"], value["text"])
    if kind in ("buffer", "bytes"):
        data = unhex(value)
        return data if kind == "buffer" else ByteArray(data)
    return {"int": Int32, "short": Int16, "byte": Int8, "float": Float32, "char": Char}[kind](value)


# Bytes made into words.


def frames_of(records: List[bytes]) -> Iterator[bytes]:
    """Yields the frames of some records."""
    assembler = Assembler(MAX_MESSAGE_BYTES)
    for record in records:
        frame = assembler.take(record)
        if frame is not None:
            yield frame


def decode(frame: bytes) -> Words:
    """Returns what Python reads in a frame."""
    kind = frame[0]
    if kind == HELLO:
        return _hello(frame)
    if kind == EXPORT:
        number, address, consumer = decode_export(frame)
        return {"kind": "EXPORT", "number": number, "address": address, "consumer": consumer}
    if kind in (WITHDRAW, AVAILABLE, UNAVAILABLE):
        return {"kind": _KIND_NAMES[kind], "number": decode_number(frame)}
    if kind in (SYNCED, BYE):
        return {"kind": _KIND_NAMES[kind]}
    return _message(Incoming(frame))


def _hello(frame: bytes) -> Words:
    hello = decode_hello(frame)
    return {
        "kind": "HELLO",
        # Python does not look at this flag, because it writes JSON as text to all.
        "binaryJson": bool(frame[1] & 1),
        "version": PROTOCOL_VERSION,
        "incarnation": hex_of(hello.incarnation),
        "addressee": hex_of(hello.addressee),
        "vertx": hex_of(hello.vertx),
        "maxMessageBytes": hello.max_message_bytes,
        "node": hello.node,
    }


def _message(incoming: Incoming) -> Words:
    words: Words = {"kind": _KIND_NAMES[incoming.kind]}
    if incoming.kind == REPLY:
        words.update(correlation=hex_of(incoming.mark), replyTo=hex_of(incoming.reply_to))
    else:
        words["number"] = incoming.target
    if incoming.kind == REQUEST:
        words["correlation"] = hex_of(incoming.mark)
    elif incoming.kind == PUBLISH:
        words["publication"] = incoming.mark
    if incoming.bounced:
        words["bounced"] = True
    if incoming.way:
        words["way"] = [hex_of(through) for through in incoming.way]
    if incoming.headers.pairs():
        words["headers"] = [list(pair) for pair in incoming.headers.pairs()]
    kind = TYPES[incoming.body_type]
    words["body"] = {"type": kind, "value": _value(kind, incoming.body())}
    return words


def _value(kind: str, body: Any) -> Any:
    if isinstance(body, bytes):
        return body.hex()
    if isinstance(body, decimal.Decimal):
        sign, digits, exponent = body.as_tuple()
        unscaled = int("".join(map(str, digits)))
        return {"scale": -int(exponent), "unscaled": str(-unscaled if sign else unscaled)}
    if isinstance(body, ReplyError):
        return {"type": int(body.type), "code": body.code, "text": body.text}
    if kind in ("long", "integer"):
        return str(body)
    return _shortest(body) if kind == "float" else body


def _shortest(value: float) -> float:
    """Returns the number of the fewest digits that means the same float of 32 bits: it is the one in the vectors."""
    numbers = (float("%.*g" % (digits, value)) for digits in range(1, 10))
    return next(number for number in numbers if struct.pack("<f", number) == struct.pack("<f", value))
