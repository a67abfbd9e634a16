"""Which messages that were published have been seen: copies may come by several ways."""

from __future__ import annotations

import collections
from typing import Deque, Dict

SIZE = 1 << 14
_MASK = SIZE - 1
_MOST_ORIGINS = 4096


class PublishWindow:
    """Remembers which of the last numbers of one origin have been seen."""

    __slots__ = ("_seen", "_highest", "_relayed")

    def __init__(self) -> None:
        self._seen = bytearray(SIZE)
        self._highest = 0
        self._relayed = False

    def first(self, number: int, direct: bool) -> bool:
        """Remembers a number; returns whether it is seen for the first time.

        :param direct: whether it comes from the origin itself. Such messages arrive once and in order, so an old one
            counts as seen only when it is known, or when copies by other ways are known to arrive here
        """
        self._relayed = self._relayed or not direct
        if number > self._highest:
            if number - self._highest >= SIZE:
                self._seen = bytearray(SIZE)
            else:
                for between in range(self._highest + 1, number):
                    self._seen[between & _MASK] = 0
            self._highest = number
            self._seen[number & _MASK] = 1
            return True
        if self._highest - number >= SIZE:
            return direct and not self._relayed
        first = not self._seen[number & _MASK]
        self._seen[number & _MASK] = 1
        return first


class PublishWindows:
    """The windows of all origins; the oldest are forgotten when there are too many, because a peer may invent them."""

    def __init__(self) -> None:
        self._windows: Dict[int, PublishWindow] = {}
        self._order: Deque[int] = collections.deque()

    def of(self, origin: int) -> PublishWindow:
        """Returns the window of an origin."""
        window = self._windows.get(origin)
        if window is None:
            window = self._windows[origin] = PublishWindow()
            self._order.append(origin)
            if len(self._order) > _MOST_ORIGINS:
                del self._windows[self._order.popleft()]
        return window
