"""The seats of one Kita and who sits on them: the greedy choice over a transversal matroid, kept up to date offer by offer.

A Kita goes through its applicants by priority and keeps a child if all kept children can still sit on seats they may use.
Offer by offer: a free seat reachable by moving others (augmenting path) is taken; otherwise the lowest key among all who
sit on a reachable seat has to go. Classes are bits, so that one search is a few integer operations.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

_Steps = list[tuple[int, int]]


class SeatBook:
    """Keys are unique in a Kita; ``mask`` says which seat classes a contract may use."""

    __slots__ = ("_tight", "exists", "free", "held", "low", "room", "union")

    def __init__(self, counts: Sequence[int]) -> None:
        self.room = list(counts)
        self.exists = sum(1 << number for number, count in enumerate(counts) if count)
        self.free = self.exists
        self.held: list[dict[int, int]] = [{} for _ in counts]
        self.union = [0] * len(counts)
        self.low = [0] * len(counts)
        # What the last searches found, valid until somebody moves: mask -> (lowest key, its class, steps).
        self._tight: dict[int, tuple[int, int, _Steps]] = {}

    def offer(self, key: int, mask: int) -> int | None:
        """None if admitted and nobody had to go; otherwise the key that is out, which may be the offered one."""
        hit = mask & self.free
        if hit:
            self._sit((hit & -hit).bit_length() - 1, key, mask)
            return None
        if not mask & self.exists:
            return key
        found = self._tight.get(mask)
        if found is None:
            reach, steps = self._search(mask)
            hit = reach & self.free
            if hit:
                self._shift(mask, steps, (hit & -hit).bit_length() - 1, key)
                return None
            found = self._lowest(mask, reach, steps)
        worst, place, steps = found
        if key < worst:
            return key
        self._leave(place, worst)
        self._shift(mask, steps, place, key)
        return worst

    def admits(self, key: int, mask: int) -> bool:
        """Whether ``offer`` would keep the key; nothing changes."""
        if mask & self.free:
            return True
        if not mask & self.exists:
            return False
        found = self._tight.get(mask)
        if found is None:
            reach, steps = self._search(mask)
            if reach & self.free:
                return True
            found = self._lowest(mask, reach, steps)
        return key > found[0]

    def release(self, key: int) -> int:
        """The child leaves; returns the mask it had. ``KeyError`` if it does not sit here."""
        for place, sitting in enumerate(self.held):
            if key in sitting:
                mask = sitting[key]
                self._leave(place, key)
                return mask
        raise KeyError(key)

    def tight_classes(self, mask: int) -> int:
        """The seat classes a contract could reach by moving others, as a bit mask."""
        return self._search(mask)[0]

    def keys(self) -> Iterator[int]:
        """Everybody who sits here."""
        for sitting in self.held:
            yield from sitting

    def copy(self) -> SeatBook:
        """An independent copy, for what-if questions."""
        twin = SeatBook.__new__(SeatBook)
        twin.room, twin.exists, twin.free = self.room.copy(), self.exists, self.free
        twin.held = [sitting.copy() for sitting in self.held]
        twin.union, twin.low, twin._tight = self.union.copy(), self.low.copy(), {}
        return twin

    def add_seat(self, place: int) -> None:
        """One more seat of a class."""
        self.room[place] += 1
        self.exists |= 1 << place
        self.free |= 1 << place
        self._tight.clear()

    def _search(self, mask: int) -> tuple[int, _Steps]:
        """All classes reachable by moving others, breadth first; stops at the first free one."""
        exists, union = self.exists, self.union
        reach = todo = mask & exists
        steps: _Steps = []
        while todo:
            bit = todo & -todo
            todo ^= bit
            place = bit.bit_length() - 1
            new = union[place] & exists & ~reach
            if new:
                reach |= new
                todo |= new
                steps.append((place, new))
                if new & self.free:
                    break
        return reach, steps

    def _lowest(self, mask: int, reach: int, steps: _Steps) -> tuple[int, int, _Steps]:
        worst, at, low = None, -1, self.low
        while reach:
            bit = reach & -reach
            reach ^= bit
            place = bit.bit_length() - 1
            if worst is None or low[place] < worst:
                worst, at = low[place], place
        assert worst is not None
        found = (worst, at, steps)
        self._tight[mask] = found
        return found

    def _shift(self, mask: int, steps: _Steps, place: int, key: int) -> None:
        """Everybody on the path moves one seat on, the newcomer takes the first."""
        while not mask >> place & 1:
            bit = 1 << place
            before = next(step for step, new in steps if new & bit)
            mover = next(k for k, fits in self.held[before].items() if fits & bit)
            fits = self.held[before][mover]
            self._leave(before, mover)
            self._sit(place, mover, fits)
            place = before
        self._sit(place, key, mask)

    def _sit(self, place: int, key: int, mask: int) -> None:
        sitting = self.held[place]
        if not sitting or key < self.low[place]:
            self.low[place] = key
        sitting[key] = mask
        self.union[place] |= mask
        self.room[place] -= 1
        if not self.room[place]:
            self.free &= ~(1 << place)
        if self._tight:
            self._tight.clear()

    def _leave(self, place: int, key: int) -> None:
        sitting = self.held[place]
        gone = sitting.pop(key)
        self.room[place] += 1
        self.free |= 1 << place
        if sitting:
            if key == self.low[place]:
                self.low[place] = min(sitting)
            if gone != 1 << place:
                union = 0
                for mask in sitting.values():
                    union |= mask
                self.union[place] = union
        else:
            self.union[place] = 0
        if self._tight:
            self._tight.clear()
