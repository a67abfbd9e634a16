"""A message, as its consumer gets it."""

from __future__ import annotations

import asyncio
from threading import get_ident
from typing import TYPE_CHECKING, Any, Optional

from ._bodies import FAILURE, encode_failure
from ._errors import FailureCode, FailureType, ReplyError, failure
from ._frames import Incoming, Payload, encode_payload
from ._headers import Headers, HeadersLike
from ._protocol import PUBLISH

if TYPE_CHECKING:
    from ._sender import Sender
    from ._sessions import Session

# A failure is kept short, so that it can be sent however much waits already.
_MOST_TEXT = 1_000


def require_timeout(timeout: float) -> None:
    """Fails before anything is sent when a timeout is no number. What is over already is one, of course."""
    if not isinstance(timeout, (int, float)) or timeout != timeout:
        raise ValueError("timeout is %r, expected a number of seconds" % (timeout,))


class Request:
    """Somebody in this process who waits for a reply. Settled once; what comes later reaches nobody."""

    __slots__ = ("future", "address", "timer", "session", "correlation")

    def __init__(self, future: "asyncio.Future[Message]", address: str) -> None:
        self.future = future
        self.address = address
        self.timer: Optional[asyncio.TimerHandle] = None
        self.session: Optional["Session"] = None
        self.correlation = 0

    def _settled(self) -> bool:
        if self.session is not None:
            self.session.pending.pop(self.correlation, None)
        return self.future.done()

    def succeed(self, message: "Message") -> None:
        """Gives it its reply."""
        if not self._settled():
            self.future.set_result(message)

    def fail(self, error: ReplyError) -> None:
        """There will be no reply."""
        if not self._settled():
            self.future.set_exception(error)


class ReplyTo:
    """Where the reply to a message goes: to a peer, or to a request in this process."""

    __slots__ = ("session", "correlation", "request")

    def __init__(
        self, session: Optional["Session"] = None, correlation: int = 0, request: Optional[Request] = None
    ) -> None:
        self.session = session
        self.correlation = correlation
        self.request = request


class Message:
    """A message.

    :ivar address: to which it was sent; that of the request, in a reply
    :ivar body: None, str, int, float, bool, bytes, dict, list, or ``decimal.Decimal``
    :ivar headers: its headers
    :ivar is_send: whether one consumer gets it, and not all
    """

    __slots__ = ("address", "body", "headers", "is_send", "_incoming", "_router", "_reply_to")

    def __init__(
        self, router: "Sender", address: str, incoming: Incoming, body: Any, reply_to: Optional[ReplyTo]
    ) -> None:
        self.address = address
        self.body = body
        self.headers: Headers = incoming.headers
        self.is_send = incoming.kind != PUBLISH
        self._incoming = incoming
        self._router = router
        self._reply_to = reply_to

    @property
    def wants_reply(self) -> bool:
        """Returns whether somebody waits for a reply that has not been given."""
        return self._reply_to is not None

    def reply(self, body: Any = None, *, headers: HeadersLike = None) -> None:
        """Answers it. A reply that nobody waits for, or any but the first, reaches nobody.

        :raises ReplyError: when the reply can't be encoded, is too long, or finds no room; the requester fails with the
            same error
        :raises BusError: when this is not the thread of its event loop
        """
        self._answer(body, headers, None)

    async def reply_and_request(
        self, body: Any = None, *, headers: HeadersLike = None, timeout: float = 30.0
    ) -> "Message":
        """Answers it, and waits for a reply to the answer.

        :param timeout: in seconds
        :raises ReplyError: as :meth:`reply`, and as a request
        """
        require_timeout(timeout)
        if self._reply_to is None:
            raise failure(FailureCode.CLOSED, "Nobody waits for a reply to this message")
        future: "asyncio.Future[Message]" = asyncio.get_running_loop().create_future()
        request = Request(future, "a reply")
        self._answer(body, headers, request)
        self._router.start_timer(request, timeout)
        return await self._router.outcome(request)

    def _answer(self, body: Any, headers: HeadersLike, request: Optional[Request]) -> None:
        if get_ident() != self._router.thread:
            raise self._router.elsewhere()
        to = self._reply_to
        if to is None:
            return
        try:
            # Any other exception than these leaves it unanswered: it is the consumer's, and fails the message then.
            payload = encode_payload(body, headers)
            self._reply_to = None
            self._router.reply(to, payload, request)
        except ReplyError as e:
            self._reply_to = None
            self._router.fail(to, e)
            raise

    def _take_reply_to(self) -> Optional[ReplyTo]:
        to, self._reply_to = self._reply_to, None
        return to

    def fail(self, code: int, text: Optional[str] = None) -> None:
        """Fails it: who waits for the reply gets a :class:`ReplyError` of type ``RECIPIENT_FAILURE``.

        :param code: any number of 32 bits
        :param text: for people; cut after 1,000 characters
        :raises ValueError: when the code is longer
        :raises BusError: when this is not the thread of its event loop
        """
        if get_ident() != self._router.thread:
            raise self._router.elsewhere()
        if not isinstance(code, int) or not isinstance(text, (str, type(None))):
            raise TypeError("a failure is a number and a text, and not %r and %r" % (code, text))
        if not -(1 << 31) <= code < 1 << 31:
            raise ValueError("%d is no number of 32 bits" % code)
        self._fail(ReplyError(FailureType.RECIPIENT_FAILURE, code, text))

    def _fail(self, error: ReplyError) -> None:
        to = self._take_reply_to()
        if to is not None:
            self._router.fail(to, error)

    def __repr__(self) -> str:
        return "Message(%r, %r, %r)" % (self.address, self.body, self.headers)


def failure_payload(error: ReplyError) -> Payload:
    """Returns a failure as the body of a reply."""
    if error.text is not None and len(error.text) > _MOST_TEXT:
        error = ReplyError(error.type, error.code, error.text[:_MOST_TEXT] + "...")
    return FAILURE, 0, encode_failure(error)
