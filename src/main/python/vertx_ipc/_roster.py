"""The peers of this node, in any state, and how each of them ends."""

from __future__ import annotations

import asyncio
from typing import Dict, Set

from ._directory import BusDirectory, directory_log
from ._door import Knock
from ._peer import Departure, LastWords, Peer, PeerOwner, Reason, State
from ._protocol import ANNOUNCEMENTS, SYNCED
from ._reunions import Reunions

_REMAINS_ATTEMPTS = 40
_REMAINS_SECONDS = 0.05


class NodeListener:
    """Is told about peers."""

    def on_up(self, peer: Peer) -> None:
        """The way to a peer is open; its exports follow."""

    def on_frame(self, peer: Peer, frame: bytes) -> None:
        """A frame has arrived.

        :raises ProtocolError: when it is wrong
        """

    def on_muted(self, peer: Peer) -> None:
        """Nothing can be sent to a peer any more; what it has sent still comes."""

    def on_down(self, peer: Peer, departure: Departure) -> None:
        """A peer is gone."""

    def on_drained(self, peer: Peer) -> None:
        """Less waits for a peer than before."""

    def on_abandoned(self) -> None:
        """This is a forked child, which is not the node."""


class Roster(PeerOwner):
    """The peers. Used on its event loop only."""

    def __init__(self, loop: asyncio.AbstractEventLoop, directory: BusDirectory, listener: NodeListener) -> None:
        self._loop = loop
        self._directory = directory
        self._listener = listener
        self._reunions = Reunions(loop, self._meet_again)
        # Knocks of nodes whose predecessors are still being read.
        self._successors: Dict[str, Knock] = {}
        self._settled = asyncio.Event()
        self._paused = False
        # Dead nodes after which this one is to clean up.
        self._remains: Set[str] = set()
        self.leaving = False
        self.peers: Dict[str, Peer] = {}

    def _meet_again(self, name: str, incarnation: int) -> None:
        raise NotImplementedError

    def _on_knock(self, knock: Knock) -> None:
        raise NotImplementedError

    def _settle(self) -> None:
        if all(peer.synced or peer.state is State.GONE for peer in self.peers.values()):
            self._settled.set()

    def on_frame(self, peer: Peer, frame: bytes) -> None:
        # A node that leaves has no use for what others announce.
        if not self.leaving or frame[0] not in ANNOUNCEMENTS:
            self._listener.on_frame(peer, frame)
        if frame[0] == SYNCED:
            self._settle()

    def on_drained(self, peer: Peer) -> None:
        self._listener.on_drained(peer)

    def on_way_out_gone(self, peer: Peer) -> None:
        self._loop.call_soon(self._mute, peer)
        detail = "it no longer reads, and has sent nothing for %d ms" % (LastWords.SECONDS * 1000)
        LastWords(self._loop, peer, lambda: self._depart(peer, Departure(Reason.CUT_OFF, detail)))

    def _mute(self, peer: Peer) -> None:
        if peer.state is State.CONNECTED:
            peer.close_way_out()
            self._listener.on_muted(peer)

    def _succeeded(self, peer: Peer) -> None:
        """Another process has its name: it is dead, and what it wrote is read to its end."""
        if peer.state is not State.CONNECTED:
            self._depart(peer, Departure(Reason.RESTARTED))
        elif peer.can_send():
            peer.on_broken(None)

    def on_departed(self, peer: Peer, departure: Departure) -> None:
        self._depart(peer, departure)

    def _depart(self, peer: Peer, departure: Departure, lasting: bool = False) -> None:
        if peer.state is State.GONE:
            return
        was_connected = peer.state is State.CONNECTED
        peer.state = State.GONE
        if self.leaving and departure.reason is Reason.DIED:
            # A peer that has received this node's goodbye closes its end normally.
            departure = Departure(Reason.LEFT)
        # This may be noticed within a call to the peer, which then is to end first.
        self._loop.call_soon(self._part, peer, departure, was_connected)
        self._say(peer, departure, lasting)

    def _part(self, peer: Peer, departure: Departure, was_connected: bool) -> None:
        peer.close()
        if self.peers.get(peer.name) is peer:
            del self.peers[peer.name]
        if was_connected:
            self._listener.on_down(peer, departure)
        self._settle()
        if not self.leaving:
            self._remove_remains(peer.name, _REMAINS_ATTEMPTS)
            knock = self._successors.pop(peer.name, None)
            if knock is not None:
                self._on_knock(knock)

    def _say(self, peer: Peer, departure: Departure, lasting: bool) -> None:
        if departure.reason in (Reason.LEFT, Reason.RESTARTED):
            self._reunions.forget(peer.name)
            return
        sentence = "Node '%s' %s" % (peer.name, departure.text)
        if self.leaving:
            directory_log.debug(sentence)
            return
        seconds = self._reunions.plan(peer, lasting)
        if departure.reason is not Reason.DIED and self._reunions.is_news(peer.name, sentence):
            directory_log.warning(
                "%s; reconnecting in %d ms if it is alive, then less often; repetitions are not logged",
                sentence,
                seconds * 1000,
            )

    def _remove_remains(self, name: str, attempts: int) -> None:
        """Cleans up after a dead node. The kernel closes one descriptor after the other, so its lock may be last."""
        self._remains.add(name)
        if self.leaving:
            return  # It is done before this node has left.
        if name not in self.peers and not self._directory.clean_if_dead(name) and attempts > 1:
            self._loop.call_later(_REMAINS_SECONDS, self._remove_remains, name, attempts - 1)
        else:
            self._remains.discard(name)

    async def remove_all_remains(self, end: float) -> None:
        """Cleans up after those that died just before this node leaves, until a time of the event loop."""
        while True:
            left = self._remains.difference(self.peers)
            self._remains = {name for name in left if not self._directory.clean_if_dead(name)}
            if not self._remains or self._loop.time() >= end:
                return
            await asyncio.sleep(_REMAINS_SECONDS)

    def set_paused(self, paused: bool) -> None:
        """Stops or resumes reading from all peers."""
        if paused != self._paused:
            self._paused = paused
            for peer in list(self.peers.values()):
                if peer.inbound is not None and peer.state is not State.GONE:
                    peer.inbound.set_paused(paused)
