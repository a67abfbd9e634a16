"""What fails, and how."""

from __future__ import annotations

import enum
from typing import Any, Optional, Tuple, Union


class BusError(Exception):
    """This node can't be on the bus: its name is taken, its directory is not what it should be, it is not open."""


class BadFileError(BusError):
    """A file or directory is not what it should be: another type, another owner, open to others, or damaged."""


class ProtocolError(Exception):
    """A peer broke the protocol. The connection to it ends; no other is concerned."""


class DecodeError(ProtocolError):
    """A body can't be decoded. This is a failure of its message, and not of the connection."""


class FailureType(enum.IntEnum):
    """The kinds of failures, as ``ReplyFailure`` of Vert.x has them."""

    TIMEOUT = 0
    NO_HANDLERS = 1
    RECIPIENT_FAILURE = 2
    ERROR = 3


class FailureCode(enum.IntEnum):
    """The codes of failures of type ``ERROR`` that the bus itself makes."""

    NODE_GONE = 7001
    """The node that was to reply is gone."""
    NOT_EXPORTED = 7002
    """The node does not export the address."""
    QUEUE_FULL = 7003
    """Too much waits for that node already."""
    CODEC = 7004
    """The body can't be encoded here, or decoded there."""
    TOO_LARGE = 7005
    """The message is longer than ``max_message_bytes`` of its sender or its receiver."""
    CLOSED = 7006
    """The bus is closed."""


class ReplyError(Exception):
    """A message that was not delivered, or not answered.

    :ivar type: which kind of failure it is
    :ivar code: what the consumer gave to ``fail``; a :class:`FailureCode` when the type is ``ERROR``; -1 for a timeout
        and when there are no handlers
    :ivar text: what is wrong, for people; None when the consumer gave none
    """

    def __init__(self, type: Union[FailureType, int], code: int, text: Optional[str]) -> None:
        self.type = FailureType(type)
        self.code = int(code)
        self.text = text
        super().__init__("(%s,%d) %s" % (self.type.name, self.code, text or ""))

    def __reduce__(self) -> Tuple[Any, ...]:
        return ReplyError, (self.type, self.code, self.text)


def require_text(address: str) -> None:
    """Fails when what is no text was given as an address. To look for it finds nothing, so it is only asked then."""
    if not isinstance(address, str):
        raise TypeError("an address is a str, and not %r" % (address,))


def no_handlers(address: str) -> ReplyError:
    return ReplyError(FailureType.NO_HANDLERS, -1, "No handlers for address " + address)


def failure(code: FailureCode, text: str) -> ReplyError:
    return ReplyError(FailureType.ERROR, code, text)
