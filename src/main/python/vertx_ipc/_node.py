"""This node on a bus: it publishes itself, then looks for others; of any two nodes at least one sees the other."""

from __future__ import annotations

import asyncio
import errno
import os
import secrets
import weakref
from typing import List, NamedTuple, Optional

from ._access import Access
from ._channels import FifoInbound, FifoOutbound, Inbound, Outbound
from ._directory import BusDirectory, directory_log, is_same
from ._door import Door, Knock, knock_at
from ._errors import BadFileError, BusError, ProtocolError
from ._frames import Hello, encode_bare, encode_hello
from ._membership import CLAIM_PAUSE, Membership
from ._peer import Departure, Peer, Reason, State
from ._protocol import BYE, TRANSPORT_NAMES, TRANSPORTS, TRIED, hex_of, signed, writes
from ._record import NodeRecord, is_name
from ._ring_channels import RingInbound, RingOutbound
from ._roster import NodeListener, Roster

_LOOK_SECONDS = 0.1
_VIGIL_SECONDS = 0.8
_FLUSH_SECONDS = 0.002


class NodeConfig(NamedTuple):
    """What a node is to be."""

    bus: str
    node: str
    passing: bool
    transport: str
    buses: str
    access: Access
    ring_bytes: int
    pipe_bytes: int
    max_message_bytes: int
    send_queue_bytes: int
    start_timeout: float
    close_timeout: float


class Node(Roster):
    """This node. Used on its event loop only."""

    def __init__(self, loop: asyncio.AbstractEventLoop, config: NodeConfig, listener: NodeListener) -> None:
        directory = BusDirectory(config.access, config.buses, config.bus)
        super().__init__(loop, directory, listener)
        self._config = config
        self.incarnation = signed(secrets.randbits(64))
        # That of what is a Vert.x elsewhere: its lowest bit is used on the way of a message.
        self.vertx = signed(secrets.randbits(64) & ~TRIED | 2)
        self._membership: Optional[Membership] = None
        self._door: Optional[Door] = None
        self._look_timer: Optional[asyncio.TimerHandle] = None
        self._vigil: Optional[asyncio.TimerHandle] = None
        self._vigil_failure = ""

    @property
    def path(self) -> str:
        """Returns the directory of the bus."""
        return self._directory.path

    async def start(self) -> None:
        """Joins the bus; returns when the nodes that are there have announced their exports, or after a while.

        :raises BusError: when the name is taken, or a directory is not what it should be
        """
        config = self._config
        membership = Membership(self._directory, config.node, self.incarnation, config.transport, config.passing)
        while not membership.claim():
            await asyncio.sleep(CLAIM_PAUSE)
        self._membership = membership
        _nodes.add(self)
        try:
            self._open_door(membership)
            for record in self._directory.scan(config.node):
                self._meet(record)
            self._vigil = self._loop.call_later(_VIGIL_SECONDS, self._watch)
            self._settle()
            try:
                await asyncio.wait_for(self._settled.wait(), config.start_timeout)
            except asyncio.TimeoutError:
                pass  # They are met later.
        except BaseException:
            self._close()
            raise

    # Meeting.

    def _meet(self, record: NodeRecord) -> Optional[Peer]:
        known = self.peers.get(record.node)
        if self.leaving:
            return None
        if known is None:
            return self._begin(record)
        if known.incarnation != record.incarnation:
            self._succeeded(known)
        return None

    def _begin(self, record: NodeRecord) -> Peer:
        config = self._config
        peer = Peer(
            self._loop,
            self,
            record.node,
            record.incarnation,
            self.incarnation,
            config.max_message_bytes,
            config.send_queue_bytes,
        )
        self.peers[peer.name] = peer
        self._look_later()
        # A peer that can't write by our transport gets a FIFO, by which everybody can.
        transport = config.transport if config.transport in record.writes else "fifo"
        peer.reads_on = TRANSPORTS[transport]
        base = self._directory.node_path(config.node, "%s-%s" % (peer.name, hex_of(peer.incarnation)))
        try:
            peer.inbound = self._make_inbound(transport, base)
        except (OSError, BadFileError) as e:
            self._unreachable(peer, "no channel can be made for it: %s: %s" % (base, e))
            return peer
        peer.inbound.set_paused(self._paused)
        self._knock(peer)
        return peer

    def _make_inbound(self, transport: str, base: str) -> Inbound:
        if transport == "shm":
            return RingInbound(self._loop, self._config.access, base, self._config.ring_bytes)
        return FifoInbound(self._loop, self._config.access, base, self._config.pipe_bytes)

    def _unreachable(self, peer: Peer, detail: str, lasting: bool = False) -> None:
        self._depart(peer, Departure(Reason.UNREACHABLE, detail), lasting)

    def _knock(self, peer: Peer) -> None:
        knock = Knock(self._config.node, self.incarnation, peer.incarnation, peer.reads_on)
        try:
            knock_at(self._config.access, self._directory.node_path(peer.name, "door"), knock)
        except (OSError, BadFileError) as e:
            self._unreachable(peer, "its door can't be opened: %s" % e)

    def _on_knock(self, knock: Knock) -> None:
        if (
            self.leaving
            or knock.addressee != self.incarnation
            or knock.node == self._config.node
            or self._reunions.is_planned(knock.node, knock.incarnation)
        ):
            return  # A node that is to be let in later knocks again.
        if not is_name(knock.node) or knock.transport not in TRANSPORT_NAMES:
            self._pass_over(knock, "it names an invalid node or transport")
            return
        known = self.peers.get(knock.node)
        if known is not None and known.incarnation == knock.incarnation:
            self._let_in(known, knock)
            return
        # Anybody who may take part can write a knock, so it counts only in the name of a node that is there.
        try:
            record = self._directory.published(knock.node, knock.incarnation)
        except (OSError, BadFileError) as e:
            self._pass_over(knock, str(e))
            return
        if record is None:
            self._pass_over(knock, "its node is not there")
        elif known is not None:
            self._successors[knock.node] = knock
            self._succeeded(known)
        else:
            self._let_in(self._begin(record), knock)

    def _pass_over(self, knock: Knock, why: str) -> None:
        if self._door is not None:
            self._door.complain("A knock is ignored (%s): %s" % (why, knock))

    def _let_in(self, peer: Peer, knock: Knock) -> None:
        peer.invited_on = knock.transport
        self._connect(peer)

    def _connect(self, peer: Peer) -> None:
        if peer.state is not State.INVITED or not peer.invited_on or peer.inbound is None:
            return
        transport = TRANSPORT_NAMES[peer.invited_on]
        if transport not in writes():
            self._unreachable(peer, "it receives by '%s', by which Python can't write here" % transport, True)
            return
        base = self._directory.node_path(
            peer.name, "%s-%s" % (self._config.node, hex_of(self.incarnation))
        )
        kind = RingOutbound if transport == "shm" else FifoOutbound
        try:
            outbound: Outbound = kind(self._loop, self._config.access, base, peer)
        except FileNotFoundError:
            return
        except (OSError, BadFileError, ProtocolError) as e:
            if not (isinstance(e, OSError) and e.errno == errno.ENXIO):
                self._unreachable(peer, "its channel can't be opened: %s" % e)
            return
        peer.connected(outbound)
        hello = Hello(
            self.incarnation, peer.incarnation, self.vertx, self._config.max_message_bytes, self._config.node
        )
        peer.send(encode_hello(hello))
        self._listener.on_up(peer)
        peer.inbound.start(peer)

    def _look_later(self) -> None:
        if self._look_timer is None:
            self._look_timer = self._loop.call_later(_LOOK_SECONDS, self._look)

    def _look(self) -> None:
        """Checks unfinished handshakes: is the peer alive, and did it miss a knock?"""
        self._look_timer = None
        for peer in list(self.peers.values()):
            if peer.hello is not None or peer.state is State.GONE:
                continue
            self._look_later()
            try:
                if not self._directory.is_alive(peer.name):
                    self._depart(peer, Departure(Reason.DIED))
                    continue
            except OSError as e:
                self._unreachable(peer, "it can't be checked: %s" % e)
                continue
            self._knock(peer)
            self._connect(peer)

    def _meet_again(self, name: str, incarnation: int) -> None:
        if self.leaving:
            return
        try:
            record = self._directory.published(name, incarnation)
        except (OSError, BadFileError) as e:
            directory_log.debug("Nobody can tell whether node '%s' is alive: %s", name, e)
            self._reunions.postpone(name, incarnation)
            return
        if record is None:
            self._reunions.forget(name)
        elif name not in self.peers:
            self._meet(record)

    # The files of this node.

    def _watch(self) -> None:
        """Looks whether somebody has removed files of this node, by which it is found."""
        self._vigil = self._loop.call_later(_VIGIL_SECONDS, self._watch)
        assert self._membership is not None
        try:
            made = self._membership.mend()
            self._open_door(self._membership)
            self._vigil_failure = ""
            if made:
                self._mended(made)
        except (OSError, BusError) as e:
            if str(e) != self._vigil_failure:
                self._vigil_failure = str(e)
                directory_log.error(
                    "Files that this node needs to be found were removed, and can't be recreated; existing"
                    " connections stay: %s",
                    e,
                )

    def _open_door(self, membership: Membership) -> None:
        """Opens the door, unless the one that is open has its name still. What fails is tried again by the vigil."""
        if self._door is None or not is_same(membership.door_path, self._door.status):
            fd = membership.open_door()
            if self._door is not None:
                self._door.close()
            self._door = Door(self._loop, fd, self._on_knock)

    def _mended(self, made: List[str]) -> None:
        directory_log.warning(
            "Somebody has removed files that this node needs to be found: %s. They were recreated, and existing"
            " connections stay.",
            made,
        )
        for peer in list(self.peers.values()):
            if peer.hello is None:
                self._unreachable(peer, "somebody has removed files of its channel")
        for record in self._directory.scan(self._config.node):
            self._meet(record)

    # Leaving.

    async def leave(self) -> None:
        """Says goodbye, waits until all that was sent is written or its time is over, and removes all of this node."""
        if self._membership is None or self.leaving:
            return
        self.leaving = True
        self._reunions.close()
        for peer in self.peers.values():
            peer.send(encode_bare(BYE))
            peer.flush()
        end = self._loop.time() + self._config.close_timeout
        try:
            while any(peer.queued for peer in self.peers.values()) and self._loop.time() < end:
                await asyncio.sleep(_FLUSH_SECONDS)
            await self.remove_all_remains(end)
        finally:
            self._close()

    def _close(self) -> None:
        self.leaving = True
        self._settled.set()
        self._reunions.close()
        for timer in (self._look_timer, self._vigil):
            if timer is not None:
                timer.cancel()
        if self._door is not None:
            self._door.close()
        for peer in self.peers.values():
            peer.close()
        self.peers.clear()
        if self._membership is not None:
            self._membership.release()
        _nodes.discard(self)

    def abandon(self) -> None:
        """Closes what a forked child must not keep: as long as it did, nobody would see the parent die."""
        self.leaving = True
        if self._door is not None:
            self._door.abandon()
        for peer in self.peers.values():
            peer.abandon()
        if self._membership is not None:
            self._membership.abandon()
        self._listener.on_abandoned()


_nodes: "weakref.WeakSet[Node]" = weakref.WeakSet()


def _abandon_all() -> None:
    for node in list(_nodes):
        node.abandon()
    _nodes.clear()


os.register_at_fork(after_in_child=_abandon_all)
