"""What a node publishes about itself in ``node.json``."""

from __future__ import annotations

import json
import os
import re
from typing import Any, Dict, NamedTuple, Tuple

from ._errors import BadFileError
from ._protocol import NODE_VERSION, TRANSPORTS, hex_of, signed, writes

MAX_RECORD_BYTES = 4096

_NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9._-]{0,63}\Z")
_INCARNATION = re.compile(r"[0-9a-fA-F]{16}\Z")

# Namespaces that a node may name, each as the kernel calls it, for example ipc:[4026531839].
_NAMESPACES = {name: re.compile(name + r":\[[0-9]{1,20}\]\Z") for name in ("ipc", "pid")}


def is_name(name: str) -> bool:
    """Returns whether a bus or node can have that name."""
    return _NAME.match(name) is not None


class NodeRecord(NamedTuple):
    """What a node publishes about itself."""

    node: str
    incarnation: int
    pid: int
    start_millis: int
    transport: str
    writes: Tuple[str, ...]
    passing: bool
    namespaces: Dict[str, str]


def _start_millis() -> int:
    with open("/proc/self/stat", "rb") as f:
        ticks = int(f.read().rpartition(b")")[2].split()[19])
    with open("/proc/stat", "rb") as f:
        boot = next(int(line.split()[1]) for line in f if line.startswith(b"btime"))
    return boot * 1000 + ticks * 1000 // os.sysconf("SC_CLK_TCK")


def _own_namespaces() -> Dict[str, str]:
    found = {}
    for name in _NAMESPACES:
        try:
            found[name] = os.readlink("/proc/self/ns/" + name)
        except OSError:
            pass  # It is not known then, which the record may leave out.
    return found


def own_record(node: str, incarnation: int, transport: str, passing: bool) -> NodeRecord:
    """Returns what this process publishes.

    :param passing: whether the name was made for this process
    """
    return NodeRecord(
        node, incarnation, os.getpid(), _start_millis(), transport, tuple(writes()), passing, _own_namespaces()
    )


def encode_record(record: NodeRecord) -> bytes:
    """Returns the bytes of ``node.json``."""
    json_object = {
        "version": NODE_VERSION,
        "node": record.node,
        "incarnation": hex_of(record.incarnation),
        "pid": record.pid,
        "startMillis": record.start_millis,
        "transport": record.transport,
        "passing": record.passing,
        "namespaces": record.namespaces,
        "writes": record.writes,
    }
    return json.dumps(json_object, separators=(",", ":")).encode()


def _member(record: Dict[str, Any], key: str, kind: type, path: str) -> Any:
    value = record.get(key)
    if not isinstance(value, kind) or (kind is int and isinstance(value, bool)):
        raise BadFileError("%s: '%s' is %r, expected a %s" % (path, key, value, kind.__name__))
    return value


def decode_record(data: bytes, path: str) -> NodeRecord:
    """Reads what a node publishes.

    :raises BadFileError: when it is not what it should be
    """
    try:
        record = json.loads(data)
    except (ValueError, RecursionError) as e:
        raise BadFileError("%s is no JSON: %s" % (path, e)) from e
    if not isinstance(record, dict):
        raise BadFileError("%s is no JSON object" % path)
    version = _member(record, "version", int, path)
    if version != NODE_VERSION:
        raise BadFileError("%s is a node record of version %d, this is version %d" % (path, version, NODE_VERSION))
    incarnation = _member(record, "incarnation", str, path)
    if not _INCARNATION.match(incarnation):
        raise BadFileError("%s: 'incarnation' is %r, expected 16 hexadecimal digits" % (path, incarnation))
    return NodeRecord(
        _member(record, "node", str, path),
        signed(int(incarnation, 16)),
        _member(record, "pid", int, path),
        _member(record, "startMillis", int, path),
        _member(record, "transport", str, path),
        _decode_writes(record, path),
        _member(record, "passing", bool, path),
        _decode_namespaces(record, path),
    )


def _decode_writes(record: Dict[str, Any], path: str) -> Tuple[str, ...]:
    """Returns by what a node can write: by all when it does not say. One of a later version may know others."""
    written = record.get("writes", list(TRANSPORTS))
    if not isinstance(written, list) or not all(isinstance(name, str) for name in written):
        raise BadFileError("%s: 'writes' is %r, expected names of transports" % (path, written))
    return tuple(name for name in TRANSPORTS if name in written)


def _decode_namespaces(record: Dict[str, Any], path: str) -> Dict[str, str]:
    """Returns the namespaces of a node that it knows. What is known here must have its form."""
    if "namespaces" not in record:
        return {}
    given = _member(record, "namespaces", dict, path)
    found = {name: given[name] for name in _NAMESPACES if given.get(name) is not None}
    for name, identity in found.items():
        if not isinstance(identity, str) or not _NAMESPACES[name].match(identity):
            raise BadFileError("%s: 'namespaces' is %r, expected such as %s:[4026531839]" % (path, given, name))
    return found
