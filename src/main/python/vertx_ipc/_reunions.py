"""Meets lost peers again that may be alive, at intervals that grow as long as this fails."""

from __future__ import annotations

import asyncio
from typing import Callable, Dict, Optional

from ._peer import Peer

_FIRST_SECONDS = 0.1
_LONGEST_SECONDS = 5.0
_WELL_SECONDS = 10.0


class _Reunion:
    def __init__(self, incarnation: int) -> None:
        self.incarnation = incarnation
        self.delay = 0.0
        self.said = ""
        self.timer: Optional[asyncio.TimerHandle] = None

    def cancel(self) -> None:
        if self.timer is not None:
            self.timer.cancel()
            self.timer = None


class Reunions:
    """The peers that were lost: cut off, not to be connected, or gone without a goodbye."""

    def __init__(self, loop: asyncio.AbstractEventLoop, again: Callable[[str, int], None]) -> None:
        self._loop = loop
        self._again = again
        self._by_node: Dict[str, _Reunion] = {}

    def plan(self, peer: Peer, lasting: bool = False) -> float:
        """Plans to look for a lost peer; returns in how many seconds.

        :param lasting: whether what is wrong will stay, so that there is no hurry
        """
        reunion = self._of(peer.name, peer.incarnation)
        if peer.hello is not None and self._loop.time() - peer.greeted_at > _WELL_SECONDS:
            reunion.delay, reunion.said = 0.0, ""
        return self._plan(peer.name, reunion, lasting)

    def postpone(self, node: str, incarnation: int) -> None:
        """Plans to look once more, because nobody can tell now whether the node is alive."""
        self._plan(node, self._of(node, incarnation), False)

    def _of(self, node: str, incarnation: int) -> _Reunion:
        reunion = self._by_node.get(node)
        if reunion is None or reunion.incarnation != incarnation:
            self.forget(node)
            reunion = self._by_node[node] = _Reunion(incarnation)
        return reunion

    def _plan(self, node: str, reunion: _Reunion, lasting: bool) -> float:
        reunion.cancel()
        if lasting:
            reunion.delay = _LONGEST_SECONDS
        else:
            reunion.delay = max(_FIRST_SECONDS, min(2 * reunion.delay, _LONGEST_SECONDS))

        def look() -> None:
            reunion.timer = None
            self._again(node, reunion.incarnation)

        reunion.timer = self._loop.call_later(reunion.delay, look)
        return reunion.delay

    def is_news(self, node: str, sentence: str) -> bool:
        """Returns whether something has not been said of a node before."""
        reunion = self._by_node.get(node)
        if reunion is None or reunion.said == sentence:
            return reunion is None
        reunion.said = sentence
        return True

    def is_planned(self, node: str, incarnation: int) -> bool:
        """Returns whether a peer must not be met yet."""
        reunion = self._by_node.get(node)
        return reunion is not None and reunion.timer is not None and reunion.incarnation == incarnation

    def forget(self, node: str) -> None:
        """A node is dead, or has left."""
        reunion = self._by_node.pop(node, None)
        if reunion is not None:
            reunion.cancel()

    def close(self) -> None:
        """Looks for nobody any more."""
        for reunion in self._by_node.values():
            reunion.cancel()
        self._by_node.clear()
