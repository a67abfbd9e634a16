"""Bodies of messages: what Python has, and the bytes on the wire."""

from __future__ import annotations

import decimal
import json
import struct
from typing import Any, Callable, Dict, Optional, Sequence, Tuple

from ._errors import DecodeError, FailureType, ReplyError

NULL = 0
STRING = 2
BUFFER = 3
JSON_OBJECT = 4
JSON_ARRAY = 5
BYTE_ARRAY = 6
INT = 7
LONG = 8
FLOAT = 9
DOUBLE = 10
BOOLEAN = 11
SHORT = 12
CHAR = 13
BYTE = 14
FAILURE = 15
BIG_INTEGER = 18
BIG_DECIMAL = 19
USER = 255

# What a body that only Java can read is called in errors.
_FOREIGN = {16: "a ClusterSerializable", 17: "a serialised Java object", 20: "JSON in binary", 21: "JSON in binary"}


class _Number:
    """A number that has another type on the bus than Python gives it."""

    __slots__ = ("value",)
    _kind = 0
    _layout = ""

    def __init__(self, value: Any) -> None:
        try:
            struct.pack(self._layout, value)
        except (struct.error, OverflowError) as e:
            raise ValueError("%r is no %s" % (value, type(self).__name__)) from e
        self.value: Any = value

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Number) and type(other) is type(self) and bool(other.value == self.value)

    def __hash__(self) -> int:
        return hash((type(self), self.value))

    def __repr__(self) -> str:
        return "%s(%r)" % (type(self).__name__, self.value)


class Int32(_Number):
    """An ``Integer`` of Java: 32 bits. A plain int is a ``Long``."""

    __slots__ = ()
    _kind, _layout = INT, "<i"


class Int16(_Number):
    """A ``Short`` of Java: 16 bits."""

    __slots__ = ()
    _kind, _layout = SHORT, "<h"


class Int8(_Number):
    """A ``Byte`` of Java: 8 bits, signed."""

    __slots__ = ()
    _kind, _layout = BYTE, "<b"


class Float32(_Number):
    """A ``Float`` of Java. A plain float is a ``Double``."""

    __slots__ = ()
    _kind, _layout = FLOAT, "<f"


class Char:
    """A ``Character`` of Java: one unit of UTF-16, so one character up to U+FFFF."""

    __slots__ = ("value",)

    def __init__(self, value: str) -> None:
        if len(value) != 1 or ord(value) > 0xFFFF:
            raise ValueError("%r is no single unit of UTF-16" % value)
        self.value: str = value


class ByteArray:
    """A ``byte[]`` of Java. Plain bytes are a ``Buffer``."""

    __slots__ = ("value",)

    def __init__(self, value: Any) -> None:
        self.value: bytes = bytes(memoryview(value).cast("B"))


# Made once: json.dumps would make one for each body.
_encoder = json.JSONEncoder(ensure_ascii=False, allow_nan=False, separators=(",", ":"))


def _chunks_encoder() -> Optional[Callable[[Any, int], Sequence[str]]]:
    """Returns what the encoder makes anew for each body, which is a third of its work, where CPython has it."""
    make = getattr(json.encoder, "c_make_encoder", None)
    text = getattr(json.encoder, "encode_basestring", None)
    try:
        made = make(None, _encoder.default, text, None, ":", ",", False, False, False)  # type: ignore[misc]
        return made if "".join(made({"a": [1]}, 0)) == '{"a":[1]}' else None
    except TypeError:
        return None  # There is none, or it is made in another way.


_encode_chunks = _chunks_encoder()


def _json(value: Any) -> bytes:
    if _encode_chunks is not None:
        try:
            return "".join(_encode_chunks(value, 0)).encode()
        except (RecursionError, UnicodeEncodeError):
            pass  # The encoder below tells a circle from too many levels; half a pair of UTF-16 is replaced.
    return _encoder.encode(value).encode("utf-8", "replace")


def encode_body(body: Any) -> Tuple[int, bytes]:
    """Returns the type and the bytes of a body.

    :raises TypeError: when there is no form for its type
    :raises ValueError: when there is none for its value, as for JSON with NaN or with a cycle
    """
    kind = type(body)
    if kind is dict:
        return JSON_OBJECT, _json(body)
    if kind is bytes:
        return BUFFER, body
    if kind is str:
        return STRING, body.encode("utf-8", "replace")
    if body is None:
        return NULL, b""
    if kind is bool:
        return BOOLEAN, b"\1" if body else b"\0"
    if isinstance(body, dict):
        return JSON_OBJECT, _json(body)
    if isinstance(body, (list, tuple)):
        return JSON_ARRAY, _json(body)
    return _encode_other(body)


def _encode_other(body: Any) -> Tuple[int, bytes]:
    if isinstance(body, _Number):
        return body._kind, struct.pack(body._layout, body.value)
    if isinstance(body, ByteArray):
        return BYTE_ARRAY, body.value
    if isinstance(body, Char):
        return CHAR, struct.pack("<H", ord(body.value))
    if isinstance(body, ReplyError):
        return FAILURE, encode_failure(body)
    if isinstance(body, str):
        return STRING, str(body).encode("utf-8", "replace")
    if isinstance(body, int):
        if -(1 << 63) <= body < 1 << 63:
            return LONG, struct.pack("<q", body)
        return BIG_INTEGER, _big(body)
    if isinstance(body, float):
        return DOUBLE, struct.pack("<d", body)
    if isinstance(body, decimal.Decimal):
        return BIG_DECIMAL, _encode_decimal(body)
    try:
        view = memoryview(body)
    except TypeError:
        raise TypeError("a body can't be of type %s" % type(body).__name__) from None
    if view.ndim == 0:
        # A number of numpy has memory as an array has, and is the number to its sender.
        item = getattr(body, "item", None)
        number = item() if callable(item) else None
        if isinstance(number, (bool, int, float)):
            return encode_body(number)
    if "O" in view.format:
        raise TypeError("a body can't be an array of objects: its bytes are addresses in this process")
    # An array of another shape or type, for instance of numpy, goes as its bytes in the order of C.
    return BUFFER, view.tobytes()


def _big(value: int) -> bytes:
    return value.to_bytes((value if value >= 0 else ~value).bit_length() // 8 + 1, "big", signed=True)


def _encode_decimal(value: decimal.Decimal) -> bytes:
    sign, digits, exponent = value.as_tuple()
    if not isinstance(exponent, int):
        raise ValueError("%s is no BigDecimal" % value)
    unscaled = int("".join(map(str, digits)))
    return struct.pack("<i", -exponent) + _big(-unscaled if sign else unscaled)


def encode_failure(error: ReplyError) -> bytes:
    """Returns the bytes of a failure."""
    text = b"" if error.text is None else error.text.encode("utf-8", "replace")
    return struct.pack("<BiB", error.type, error.code, error.text is not None) + text


def _no_constant(name: str) -> Any:
    raise ValueError("%s is no JSON" % name)


_decoder = json.JSONDecoder(parse_constant=_no_constant)


def _parse_json(text: str) -> Any:
    if text[:1] in ("{", "["):
        value, end = _decoder.raw_decode(text)
        if end == len(text):
            return value
    return _decoder.decode(text)  # It knows of space around a value, and tells what is wrong.


def _decode_json(data: bytes, wanted: type) -> Any:
    try:
        value = _parse_json(data.decode("utf-8"))
    except RecursionError:
        raise DecodeError("JSON has too many levels") from None
    except ValueError as e:
        raise DecodeError("no JSON: %s" % e) from e
    if not isinstance(value, wanted):
        raise DecodeError("JSON is a %s, expected a %s" % (type(value).__name__, wanted.__name__))
    return value


def _fixed(layout: str, what: str) -> Callable[[bytes], Any]:
    packed = struct.Struct(layout)

    def decode(data: bytes) -> Any:
        if len(data) != packed.size:
            raise DecodeError("body of type %s with %d bytes, expected %d" % (what, len(data), packed.size))
        return packed.unpack(data)[0]

    return decode


def _decode_null(data: bytes) -> None:
    if data:
        raise DecodeError("body of type null with %d bytes, expected 0" % len(data))


_char = _fixed("<H", "char")


def _decode_big(data: bytes) -> int:
    if not data:
        raise DecodeError("integer of no bytes")
    return int.from_bytes(data, "big", signed=True)


def _decode_decimal(data: bytes) -> decimal.Decimal:
    if len(data) < 5:
        raise DecodeError("decimal of %d bytes" % len(data))
    scale = struct.unpack_from("<i", data)[0]
    unscaled = _decode_big(data[4:])
    try:
        digits = str(abs(unscaled))
        return decimal.Decimal((int(unscaled < 0), tuple(map(int, digits)), -scale))
    except (ValueError, OverflowError, decimal.DecimalException) as e:
        raise DecodeError("decimal of scale %d: %s" % (scale, e)) from e


def decode_failure(data: bytes) -> ReplyError:
    """Returns the failure that some bytes stand for."""
    if len(data) < 6:
        raise DecodeError("failure of %d bytes, at least 6 are needed" % len(data))
    kind, code, has_text = struct.unpack_from("<BiB", data)
    if kind > FailureType.ERROR:
        raise DecodeError("failure of type %d" % kind)
    return ReplyError(kind, code, data[6:].decode("utf-8", "replace") if has_text else None)


_DECODERS: Dict[int, Callable[[bytes], Any]] = {
    NULL: _decode_null,
    STRING: lambda data: data.decode("utf-8", "replace"),
    BUFFER: lambda data: data,
    BYTE_ARRAY: lambda data: data,
    JSON_OBJECT: lambda data: _decode_json(data, dict),
    JSON_ARRAY: lambda data: _decode_json(data, list),
    INT: _fixed("<i", "int"),
    LONG: _fixed("<q", "long"),
    FLOAT: _fixed("<f", "float"),
    DOUBLE: _fixed("<d", "double"),
    BOOLEAN: _fixed("<?", "boolean"),
    SHORT: _fixed("<h", "short"),
    CHAR: lambda data: chr(_char(data)),
    BYTE: _fixed("<b", "byte"),
    FAILURE: decode_failure,
    BIG_INTEGER: _decode_big,
    BIG_DECIMAL: _decode_decimal,
}


def decode_body(kind: int, data: bytes, codec: str = "") -> Any:
    """Returns the body that some bytes stand for.

    :param codec: name of the codec, for a body of a user's own type
    :raises DecodeError: when they stand for none that Python has
    """
    decoder = _DECODERS.get(kind)
    if decoder is None:
        if kind == USER:
            raise DecodeError("No message codec '%s' is known in Python" % codec)
        raise DecodeError("body of type %d%s" % (kind, ", " + _FOREIGN[kind] if kind in _FOREIGN else ""))
    return decoder(data)
