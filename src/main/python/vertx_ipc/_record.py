"""What a node publishes about itself in ``node.json``."""

from __future__ import annotations

import json
import os
import re
from typing import Any, Dict, NamedTuple, Optional, Tuple

from ._errors import BadFileError
from ._protocol import NODE_VERSION, TRANSPORTS, hex_of, signed, writes

MAX_RECORD_BYTES = 4096

_NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9._-]{0,63}\Z")
_INCARNATION = re.compile(r"[0-9a-fA-F]{16}\Z")

# What a node that does not say by what it can write can write by.
_ALL = tuple(TRANSPORTS)


def is_name(name: str) -> bool:
    """Returns whether a bus or node can have that name."""
    return _NAME.match(name) is not None


class NodeRecord(NamedTuple):
    """What a node publishes about itself."""

    node: str
    incarnation: int
    pid: int
    transport: str
    writes: Tuple[str, ...]


def _start_millis() -> int:
    with open("/proc/self/stat", "rb") as f:
        ticks = int(f.read().rpartition(b")")[2].split()[19])
    with open("/proc/stat", "rb") as f:
        boot = next(int(line.split()[1]) for line in f if line.startswith(b"btime"))
    return boot * 1000 + ticks * 1000 // os.sysconf("SC_CLK_TCK")


def _namespaces() -> Dict[str, str]:
    found = {}
    for name in ("ipc", "pid"):
        try:
            found[name] = os.readlink("/proc/self/ns/" + name)
        except OSError:
            pass  # It is not known then, which the record may leave out.
    return found


def encode_record(node: str, incarnation: int, transport: str, passing: bool) -> bytes:
    """Returns what this process publishes.

    :param passing: whether the name was made for this process
    """
    record = {
        "version": NODE_VERSION,
        "node": node,
        "incarnation": hex_of(incarnation),
        "pid": os.getpid(),
        "startMillis": _start_millis(),
        "transport": transport,
        "passing": passing,
        "namespaces": _namespaces(),
        "writes": writes(),
    }
    return json.dumps(record, separators=(",", ":")).encode()


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
    written: Optional[object] = record.get("writes", list(_ALL))
    if not isinstance(written, list) or not all(isinstance(name, str) for name in written):
        raise BadFileError("%s: 'writes' is %r, expected names of transports" % (path, written))
    return NodeRecord(
        _member(record, "node", str, path),
        signed(int(incarnation, 16)),
        _member(record, "pid", int, path),
        _member(record, "transport", str, path),
        tuple(written),
    )
