"""Headers of messages."""

from __future__ import annotations

from collections.abc import Mapping as AbstractMapping
from typing import Iterable, Iterator, List, Mapping, Set, Tuple, Union

HeadersLike = Union[Mapping[str, str], Iterable[Tuple[str, str]], None]


def _pair(given: Tuple[str, str]) -> Tuple[str, str]:
    # A text of two characters could be taken for a pair, too.
    if isinstance(given, (tuple, list)) and len(given) == 2:
        name, value = given
        if isinstance(name, str) and isinstance(value, str):
            return name, value
    raise TypeError("a header is a name and a value, both str, and not %r" % (given,))


class Headers(Mapping[str, str]):
    """Headers of a message: names, which are compared without regard to case, and values.

    A name may have several values: ``headers[name]`` and ``get`` give the first, ``get_all`` gives all. Headers are
    made of a mapping, or of pairs, and do not change.
    """

    __slots__ = ("_pairs",)

    def __init__(self, pairs: HeadersLike = None) -> None:
        given: Iterable[Tuple[str, str]] = pairs.items() if isinstance(pairs, AbstractMapping) else pairs or ()
        self._pairs: Tuple[Tuple[str, str], ...] = tuple(map(_pair, given))

    def __getitem__(self, name: str) -> str:
        lower = name.lower()
        for key, value in self._pairs:
            if key.lower() == lower:
                return value
        raise KeyError(name)

    def get_all(self, name: str) -> List[str]:
        """Returns all values of a name, in order."""
        lower = name.lower()
        return [value for key, value in self._pairs if key.lower() == lower]

    def pairs(self) -> Tuple[Tuple[str, str], ...]:
        """Returns all names and values, in order."""
        return self._pairs

    def __iter__(self) -> Iterator[str]:
        seen: Set[str] = set()
        for key, _ in self._pairs:
            if key.lower() not in seen:
                seen.add(key.lower())
                yield key

    def __len__(self) -> int:
        return len({key.lower() for key, _ in self._pairs})

    def __contains__(self, name: object) -> bool:
        return isinstance(name, str) and any(key.lower() == name.lower() for key, _ in self._pairs)

    def __eq__(self, other: object) -> bool:
        if isinstance(other, Headers):
            return self._pairs == other._pairs
        return NotImplemented if not isinstance(other, AbstractMapping) else dict(self) == dict(other)

    def __hash__(self) -> int:
        return hash(self._pairs)

    def __repr__(self) -> str:
        return "Headers(%r)" % (list(self._pairs),)


NO_HEADERS = Headers()
