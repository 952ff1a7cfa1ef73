"""Which rows have which of some names: a bit for a row and a name, and nothing for a name of no row.

A policy may know hundreds of reasons, and a customer has a few of them. A name takes memory once a
row has it, an eighth of a byte a row; so there is no greatest number of names.

>>> planes = Planes(["late", "new", "small"], rows=3)
>>> planes.note("late", np.array([True, False, True]))
>>> planes.note("small", np.array([False, False, True]))
>>> planes.has("late").tolist(), planes.of(2), planes.counts()
([True, False, True], ('late', 'small'), {'late': 2, 'small': 1})
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Final, TypeAlias

import numpy as np
import numpy.typing as npt

from creditkit.errors import InvalidFact, meant

__all__ = ["Planes"]

Bools: TypeAlias = npt.NDArray[np.bool_]
Bits: TypeAlias = npt.NDArray[np.uint8]
Ints: TypeAlias = npt.NDArray[np.int64]

_MOST_BITS: Final = 62
"""Bits of the int64 in which sets of names are kept apart."""


class Planes:
    """For each of ``names`` a plane with a bit for each row.

    Rows may be noted in blocks of ``block``, one after the other: each block of a plane begins on a
    byte of its own, whatever its size, so that no block reads what another has written.
    """

    __slots__ = ("_block", "_planes", "index", "names", "rows")

    def __init__(self, names: Sequence[str], rows: int, block: int | None = None) -> None:
        self.names = tuple(names)
        self.index = {name: index for index, name in enumerate(self.names)}
        self.rows = rows
        self._block = max(1, rows if block is None else min(block, rows))
        self._planes: dict[int, Bits] = {}

    @classmethod
    def of_rows(cls, names: Sequence[str], rows: Sequence[Iterable[int]]) -> Planes:
        """From the indexes of the names of each row."""
        made = cls(names, len(rows))
        found: dict[int, list[int]] = {}
        for row, indexes in enumerate(rows):
            for index in indexes:
                found.setdefault(index, []).append(row)
        for index, those in found.items():
            where = np.zeros(len(rows), dtype=bool)
            where[those] = True
            made.note(made.names[index], where)
        return made

    def note(self, name: str, where: Bools) -> None:
        """The rows of ``where`` have a name; what was noted before stays."""
        if where.any():
            plane = self._plane(name)
            plane |= self._packed(where)

    def note_block(self, name: str, where: Bools, start: int) -> None:
        """As `note`, for the rows of the block that begins at ``start``."""
        packed = np.packbits(where)
        part = self._plane(name)[start // self._block, : len(packed)]
        part |= packed

    def clear(self, where: Bools) -> None:
        """The rows of ``where`` have no names."""
        kept = ~self._packed(where)
        for plane in self._planes.values():
            plane &= kept

    def has(self, name: str, path: str = "names") -> Bools:
        """Where a row has a name; an `InvalidFact` for a name that no row could have."""
        index = self.index.get(name) if isinstance(name, str) else None
        if index is None:
            rule, remedy = "is not known", meant(name, self.names)
            if not isinstance(name, str):
                raise InvalidFact(path, "must be asked for a name as text", name)
            whole = [one for one in self.names if one.startswith(f"{name}:")]
            if whole:  # a code that each of its subjects has for itself
                more = "" if len(whole) == 1 else f" or another of {len(whole)}"
                rule, remedy = "needs its subject", f"write {whole[0]!r}{more}"
            raise InvalidFact(f"{path}[{name!r}]", rule, remedy=remedy)
        return self._unpacked(index)

    def of(self, row: int) -> tuple[str, ...]:
        """The names of one row, in their order."""
        block, at = divmod(int(row) % self.rows, self._block)
        byte, bit = at >> 3, 7 - (at & 7)
        return tuple(
            self.names[index]
            for index, plane in sorted(self._planes.items())
            if plane[block, byte] >> bit & 1
        )

    def counts(self) -> dict[str, int]:
        """How many rows have each name, without those that no row has; in the order of the names."""
        counts = {self.names[index]: int(np.count_nonzero(has)) for index, has in self._each()}
        return {name: count for name, count in counts.items() if count}

    def rows_of_places(self) -> list[list[int]]:
        """For each row the indexes of its names, in their order: work in step with what was noted."""
        counts = np.zeros(self.rows, dtype=np.int64)
        for _, has in self._each():
            counts += has
        ends = np.cumsum(counts)
        free = ends - counts
        indexes = np.empty(int(counts.sum()), dtype=np.int64)
        for index, has in self._each():
            found = np.flatnonzero(has)
            indexes[free[found]] = index
            free[found] += 1
        flat, stops = indexes.tolist(), ends.tolist()
        return [flat[a:b] for a, b in zip([0, *stops], stops, strict=False)]

    def sets(self) -> tuple[Ints, list[tuple[str, ...]]]:
        """The sets of names that rows have, each once, and for each row the index of its own."""
        codes, bits = np.zeros(self.rows, dtype=np.int64), 0
        for _, has in self._each():
            if bits == _MOST_BITS:
                codes, bits = self._fewer(codes)
            codes = codes * 2 + has
            bits += 1
        _, first, codes = np.unique(codes, return_index=True, return_inverse=True)
        return codes.ravel(), [self.of(row) for row in first.tolist()]

    @staticmethod
    def _fewer(codes: Ints) -> tuple[Ints, int]:
        """Codes that keep apart what they kept apart, in as few bits as that takes."""
        different, codes = np.unique(codes, return_inverse=True)
        return codes.ravel().astype(np.int64), len(different).bit_length()

    @property
    def memory(self) -> int:
        """Bytes that the planes take."""
        return sum(plane.nbytes for plane in self._planes.values())

    def _plane(self, name: str) -> Bits:
        index = self.index[name]
        plane = self._planes.get(index)
        if plane is None:
            shape = (-(-self.rows // self._block), -(-self._block // 8))
            plane = self._planes[index] = np.zeros(shape, dtype=np.uint8)
        return plane

    def _each(self) -> Iterator[tuple[int, Bools]]:
        return ((index, self._unpacked(index)) for index in sorted(self._planes))

    def _packed(self, where: Bools) -> Bits:
        blocks = -(-self.rows // self._block)
        if blocks * self._block == self.rows:
            whole = where
        else:
            whole = np.zeros(blocks * self._block, dtype=bool)
            whole[: self.rows] = where
        return np.packbits(whole.reshape(blocks, self._block), axis=1)

    def _unpacked(self, index: int) -> Bools:
        plane = self._planes.get(index)
        if plane is None:
            return np.zeros(self.rows, dtype=bool)
        bits = np.unpackbits(plane, axis=1, count=self._block)
        return bits.reshape(-1)[: self.rows].view(np.bool_)
