"""Messages that do not arrive: each is counted by its reason, and logged."""

from __future__ import annotations

import collections
import logging
import time
from typing import Dict, Tuple

from ._errors import FailureCode, FailureType, ReplyError

losses_log = logging.getLogger("vertx_ipc")

_SECONDS = 1.0
_MOST_KEYS = 1_000

_REASONS = {
    FailureCode.NODE_GONE: "node-gone",
    FailureCode.NOT_EXPORTED: "not-exported",
    FailureCode.QUEUE_FULL: "queue-full",
    FailureCode.CODEC: "codec",
    FailureCode.TOO_LARGE: "too-large",
}


def _reason(error: ReplyError) -> str:
    if error.type is FailureType.NO_HANDLERS:
        return "nobody"
    return _REASONS.get(FailureCode(error.code), "other") if error.code in list(FailureCode) else "other"


class Losses:
    """Counts what is lost. It is logged at most once a second for each address and reason, with how many there were."""

    def __init__(self) -> None:
        self.counts: Dict[str, int] = collections.Counter()
        self._said: Dict[Tuple[str, str], Tuple[float, int]] = {}

    def add(self, error: ReplyError, address: str) -> ReplyError:
        """Counts one message; returns what is wrong, for its sender."""
        reason = _reason(error)
        self.counts[reason] += 1
        key = (address, reason)
        now = time.monotonic()
        said, since = self._said.get(key, (0.0, 0))
        if now - said < _SECONDS:
            self._said[key] = (said, since + 1)
            return error
        if len(self._said) >= _MOST_KEYS:
            self._said.clear()
        self._said[key] = (now, 0)
        more = ", and %d more since the last warning" % since if since else ""
        losses_log.warning("A message to '%s' is lost (%s)%s: %s", address, reason, more, error.text)
        return error
