"""Frames: what a record of a channel holds, see ``docs/wire.md``. Every length is checked before it is used."""

from __future__ import annotations

import struct
from typing import Any, Iterator, List, NamedTuple, Optional, Sequence, Tuple, Union

from ._bodies import USER, decode_body, encode_body
from ._errors import FailureCode, ProtocolError, failure
from ._headers import NO_HEADERS, Headers, HeadersLike
from ._protocol import (
    AVAILABLE,
    BOUNCE,
    EXPORT,
    FRAGMENT_FIRST,
    FRAGMENT_NEXT,
    HELLO,
    MAX_WAY,
    PROTOCOL_VERSION,
    PUBLISH,
    RELAYED,
    REPLY,
    REQUEST,
    SEND,
    UNAVAILABLE,
    WITHDRAW,
)

Bytes = Union[bytes, bytearray, memoryview]

_INT = struct.Struct("<I")
_SHORT = struct.Struct("<H")
_HEAD = struct.Struct("<BBHi")
_HEAD_MARK = struct.Struct("<BBHiq")
_HEAD_REPLY = struct.Struct("<BBHiqq")
_HELLO = struct.Struct("<BBHqqqi")
_NUMBERED = struct.Struct("<BBHi")
_BARE = struct.Struct("<BBH")

_HEADS = {SEND: 8, PUBLISH: 16, REQUEST: 16, REPLY: 24}

FIRST_HEAD = 8
NEXT_HEAD = 4


class Hello(NamedTuple):
    """What a peer says first."""

    incarnation: int
    addressee: int
    vertx: int
    max_message_bytes: int
    node: str


def encode_hello(hello: Hello) -> bytes:
    """Returns the first frame of a channel. Its flag says that JSON is taken as text only."""
    head = _HELLO.pack(
        HELLO, 0, PROTOCOL_VERSION, hello.incarnation, hello.addressee, hello.vertx, hello.max_message_bytes
    )
    return head + hello.node.encode()


def decode_hello(frame: bytes) -> Hello:
    """Reads the first frame of a channel.

    :raises ProtocolError: when it is none, or of another version
    """
    if frame[0] != HELLO:
        raise ProtocolError("first frame of kind %d, expected a hello" % frame[0])
    version = _SHORT.unpack_from(frame, 2)[0]
    if version != PROTOCOL_VERSION:
        raise ProtocolError("protocol version %d, this is version %d" % (version, PROTOCOL_VERSION))
    if len(frame) < _HELLO.size:
        raise ProtocolError("hello of %d bytes" % len(frame))
    _, _, _, incarnation, addressee, vertx, most = _HELLO.unpack_from(frame)
    if most < 1:
        raise ProtocolError("hello of a node that takes %d bytes" % most)
    return Hello(incarnation, addressee, vertx, most, frame[_HELLO.size :].decode("utf-8", "replace"))


def encode_export(number: int, address: str, available: bool) -> bytes:
    """Announces an address, and whether it has a consumer now."""
    return _NUMBERED.pack(EXPORT, int(available), 0, number) + address.encode("utf-8", "replace")


def encode_withdraw(number: int) -> bytes:
    """Announces that an address is exported no longer."""
    return _NUMBERED.pack(WITHDRAW, 0, 0, number)


def encode_available(number: int, available: bool) -> bytes:
    """Announces whether an exported address has a consumer now."""
    return _NUMBERED.pack(AVAILABLE if available else UNAVAILABLE, 0, 0, number)


def encode_bare(kind: int) -> bytes:
    """Returns a frame that consists of its kind."""
    return _BARE.pack(kind, 0, 0)


def decode_number(frame: bytes) -> int:
    """Reads the number of an export, a withdrawal, or a hint about its consumers."""
    if len(frame) < _NUMBERED.size:
        raise ProtocolError("export of %d bytes" % len(frame))
    return int(_NUMBERED.unpack_from(frame)[3])


def decode_export(frame: bytes) -> Tuple[int, str, bool]:
    """Reads an export: its number, its address, and whether it has a consumer."""
    return decode_number(frame), frame[_NUMBERED.size :].decode("utf-8", "replace"), bool(frame[1] & 1)


# Headers and body of a message, encoded once for however many nodes get it: the type of the body, the number of headers,
# and the bytes of both. It is a plain tuple, because that is made for every message.
Payload = Tuple[int, int, bytes]


def encode_payload(body: Any, headers: HeadersLike = None, address: str = "a reply") -> Payload:
    """Encodes what a message holds.

    :param address: for the error
    :raises ReplyError: of code ``CODEC``, when the body or a header has no form on the wire
    """
    try:
        body_type, rest = encode_body(body)
        if not headers:
            return body_type, 0, rest
        pairs = headers.pairs() if isinstance(headers, Headers) else Headers(headers).pairs()
        return body_type, len(pairs), _encode_headers(pairs) + rest
    except (TypeError, ValueError, OverflowError, RecursionError, struct.error) as e:
        raise failure(FailureCode.CODEC, "A message to '%s' can't be encoded: %s" % (address, e)) from e


def _encode_headers(pairs: Sequence[Tuple[str, str]]) -> bytes:
    if len(pairs) > 0xFFFF:
        raise ValueError("%d headers, at most %d" % (len(pairs), 0xFFFF))
    out = bytearray()
    for name, value in pairs:
        key, text = name.encode("utf-8", "replace"), value.encode("utf-8", "replace")
        if len(key) > 0xFFFF:
            raise ValueError("the name of a header takes %d bytes, at most %d" % (len(key), 0xFFFF))
        out += _SHORT.pack(len(key)) + key + _INT.pack(len(text)) + text
    return bytes(out)


def encode_message(kind: int, number: int, mark: int, payload: Payload, way: Tuple[int, ...] = ()) -> bytes:
    """Returns a send, publish or request.

    :param number: of the address, as its receiver exported it
    :param mark: number of a publish, correlation of a request
    :param way: the Vert.x through which it came, or which gave it back
    """
    body_type, count, rest = payload
    if kind == SEND:
        frame = _HEAD.pack(kind, body_type, count, number) + rest
    else:
        frame = _HEAD_MARK.pack(kind, body_type, count, number, mark) + rest
    return struct.pack("<BBH%dq" % len(way), RELAYED, len(way), 0, *way) + frame if way else frame


def encode_reply(reply_to: int, correlation: int, payload: Payload) -> bytes:
    """Returns a reply.

    :param correlation: under which a reply to it is wanted, else 0
    """
    body_type, count, rest = payload
    return _HEAD_REPLY.pack(REPLY, body_type, count, 0, correlation, reply_to) + rest


def encode_bounce(frame: bytes) -> bytes:
    """Returns a send or request as it came, for the node that sent it."""
    return _BARE.pack(BOUNCE, 0, 0) + frame


class Incoming:
    """A message as it arrived. Its headers are read; its body is made on request."""

    __slots__ = ("frame", "kind", "target", "mark", "reply_to", "headers", "way", "bounced", "_type", "_codec", "_body")

    def __init__(self, frame: bytes) -> None:
        """Reads a message.

        :raises ProtocolError: when it is malformed
        """
        self.frame = frame
        at = 0
        self.bounced = frame[0] == BOUNCE
        if self.bounced:
            at = 4
        self.way: Tuple[int, ...] = ()
        if _kind_at(frame, at) == RELAYED:
            at = self._read_way(at)
        kind = _kind_at(frame, at)
        head = _HEADS.get(kind)
        if head is None or not self._is_known(kind):
            raise ProtocolError("message of kind %d in a frame of kind %d" % (kind, frame[0]))
        if len(frame) - at < head:
            raise ProtocolError("head of %d bytes where %d are left in the frame" % (head, len(frame) - at))
        self.kind = kind
        _, self._type, count, self.target = _HEAD.unpack_from(frame, at)
        self.mark: int = struct.unpack_from("<q", frame, at + 8)[0] if head >= 16 else 0
        self.reply_to: int = struct.unpack_from("<q", frame, at + 16)[0] if head >= 24 else 0
        at += head
        self._codec = ""
        if self._type == USER:
            self._codec, at = _text(frame, at, _SHORT, "codec name")
        self.headers = NO_HEADERS
        if count:
            self.headers, at = _read_headers(frame, at, count)
        self._body = at

    def _read_way(self, at: int) -> int:
        n = self.frame[at + 1]
        if not 1 <= n <= MAX_WAY:
            raise ProtocolError("way through %d nodes, expected 1 to %d" % (n, MAX_WAY))
        if len(self.frame) - at - 4 < 8 * n:
            raise ProtocolError("way of %d bytes where %d are left in the frame" % (8 * n, len(self.frame) - at - 4))
        self.way = struct.unpack_from("<%dq" % n, self.frame, at + 4)
        return at + 4 + 8 * n

    def _is_known(self, kind: int) -> bool:
        if kind == PUBLISH:
            return not self.bounced and len(self.way) <= 1
        return kind != REPLY or not (self.bounced or self.way)

    @property
    def body_type(self) -> int:
        """Returns the number of the type of the body."""
        return int(self._type)

    @property
    def codec(self) -> str:
        """Returns the name of the codec of a user's own type, else an empty text."""
        return self._codec

    def body(self) -> Any:
        """Makes the body.

        :raises DecodeError: when its bytes are none that Python has; the message fails then, and not the connection
        """
        return decode_body(self._type, self.frame[self._body :], self._codec)

    def payload(self) -> Payload:
        """Returns headers and body as they came, for another node."""
        pairs = self.headers.pairs()
        out = b""
        if self._type == USER:
            name = self._codec.encode("utf-8", "replace")
            out = _SHORT.pack(len(name)) + name
        return self._type, len(pairs), out + _encode_headers(pairs) + self.frame[self._body :]


def _kind_at(frame: bytes, at: int) -> int:
    if len(frame) - at < 4:
        raise ProtocolError("frame of 4 bytes where %d are left in the frame" % (len(frame) - at))
    return frame[at]


def _text(frame: bytes, at: int, layout: struct.Struct, what: str) -> Tuple[str, int]:
    start = at + layout.size
    if start > len(frame):
        raise ProtocolError("%s of %d bytes where %d are left in the frame" % (what, layout.size, len(frame) - at))
    length = layout.unpack_from(frame, at)[0]
    if length > len(frame) - start:
        raise ProtocolError("%s of %d bytes where %d are left in the frame" % (what, length, len(frame) - start))
    return frame[start : start + length].decode("utf-8", "replace"), start + length


def _read_headers(frame: bytes, at: int, count: int) -> Tuple[Headers, int]:
    pairs: List[Tuple[str, str]] = []
    for _ in range(count):
        name, at = _text(frame, at, _SHORT, "header name")
        value, at = _text(frame, at, _INT, "header value")
        pairs.append((name, value))
    return Headers(pairs), at


def pieces(frame: bytes, limit: int) -> Iterator[bytes]:
    """Yields the records of a frame that is longer than a record may be."""
    view = memoryview(frame)
    at = limit - FIRST_HEAD
    yield _NUMBERED.pack(FRAGMENT_FIRST, 0, 0, len(frame)) + view[:at]
    while at < len(frame):
        step = limit - NEXT_HEAD
        yield _BARE.pack(FRAGMENT_NEXT, 0, 0) + view[at : at + step]
        at += step


class Assembler:
    """Makes frames of records. Memory grows with what has arrived, and not with what a peer announces."""

    __slots__ = ("_most", "_collected", "_total")

    def __init__(self, most: int) -> None:
        """Creates an assembler.

        :param most: the longest frame that is accepted, in bytes
        """
        self._most = most
        self._collected: Optional[bytearray] = None
        self._total = 0

    def take(self, record: bytes) -> Optional[bytes]:
        """Takes a record; returns the frame that is complete now, if one is.

        :raises ProtocolError: when the record is too long, or fragments do not fit together
        """
        length = len(record)
        if length < 4:
            raise ProtocolError("record of %d bytes, at least 4 are needed" % length)
        kind = record[0]
        if kind == FRAGMENT_FIRST:
            self._first(record)
            return None
        if kind == FRAGMENT_NEXT:
            return self._next(record)
        if self._collected is not None:
            raise ProtocolError("frame of kind %d amid the pieces of another" % kind)
        if length > self._most:
            raise ProtocolError("frame of %d bytes, at most %d are accepted" % (length, self._most))
        return record

    def _first(self, record: bytes) -> None:
        if self._collected is not None:
            raise ProtocolError("first piece of a frame amid another")
        if len(record) <= FIRST_HEAD:
            raise ProtocolError("empty first piece of a frame")
        announced = _INT.unpack_from(record, 4)[0]
        if announced <= len(record) - FIRST_HEAD or announced > self._most:
            raise ProtocolError("frame of %d bytes in pieces, at most %d are accepted" % (announced, self._most))
        self._collected = bytearray(memoryview(record)[FIRST_HEAD:])
        self._total = announced

    def _next(self, record: bytes) -> Optional[bytes]:
        collected = self._collected
        if collected is None:
            raise ProtocolError("further piece of a frame that has no first")
        piece, missing = len(record) - NEXT_HEAD, self._total - len(collected)
        if piece <= 0 or piece > missing:
            raise ProtocolError("piece of %d bytes where %d are missing" % (piece, missing))
        collected += memoryview(record)[NEXT_HEAD:]
        if piece < missing:
            return None
        self._collected = None
        if len(collected) < 4 or collected[0] in (FRAGMENT_FIRST, FRAGMENT_NEXT):
            raise ProtocolError("a frame in pieces that is none")
        return bytes(collected)
