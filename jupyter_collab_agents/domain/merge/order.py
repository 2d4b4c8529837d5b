"""Three-way merge of an order: who moved what, and where new ones belong."""

from collections.abc import Sequence

from msgspec import Struct

from .chain import Chain
from .difference import longest_rising


class Placement(Struct, frozen=True, gc=False):
    """``name`` comes behind ``after`` (None: first); ``new`` if it was not there."""

    name: str
    after: str | None
    new: bool


class Disagreement(Struct, frozen=True, gc=False):
    """Both moved the same thing: what it stood behind for each."""

    name: str
    base: str | None
    ours: str | None
    theirs: str | None


class OrderMerge(Struct, frozen=True):
    """The merged order, the steps from ours to it (in this order), what they disagree on."""

    names: list[str]
    placements: list[Placement]
    disagreements: list[Disagreement]


_TRIES = 3


def merge_orders(
    base: Sequence[str], ours: Sequence[str], theirs: Sequence[str], stays: set[str]
) -> OrderMerge:
    """The order of those that stay: as ours, with what theirs moved and inserted.

    Theirs come behind the nearest thing in front of them that ours did not move; where both put
    something new at one place, ours comes first. A move of theirs that would undo one of ours,
    or could not be seen after it, is a disagreement: ours stays.
    """
    base, ours = [n for n in base if n in stays], [n for n in ours if n in stays]
    theirs = [n for n in theirs if n in stays]
    known = set(base)
    moved_by_us, moved_by_them = _moved(base, ours), _moved(base, theirs)
    came = {name for name in ours if name not in known} | moved_by_us
    everywhere = known & set(ours) & set(theirs)
    both = moved_by_us & moved_by_them
    places = [_neighbours(side, everywhere) for side in (base, ours, theirs)]
    undecided = {name for name in both if places[1][name][0] != places[2][name][0]}
    free = moved_by_them - both
    for left in range(_TRIES, -1, -1):
        names, placements = _placed(ours, theirs, came, free)
        unseen = _unseen(names, places, moved_by_us & everywhere - both, free)
        if not unseen:
            break
        undecided |= unseen if left > 1 else free
        free -= undecided
    return OrderMerge(
        names,
        placements,
        [
            Disagreement(name, *(place[name][0] for place in places))
            for name in ours
            if name in undecided
        ],
    )


def _placed(
    ours: Sequence[str], theirs: Sequence[str], came: set[str], moved: set[str]
) -> tuple[list[str], list[Placement]]:
    """Ours, with what theirs have more, and those that theirs moved."""
    here = set(ours)
    chain = Chain(ours)
    placements: list[Placement] = []
    after: str | None = None
    for name in theirs:
        if name in here and name not in moved:
            after = after if name in came else name
            continue
        if name in moved:
            chain.remove(name)
        place, behind = after, chain.behind(after)
        while behind is not None and behind in came:
            place, behind = behind, chain.behind(behind)
        chain.insert(name, place)
        placements.append(Placement(name, place, name not in here))
        after = name
    return list(chain), placements


def _moved(base: Sequence[str], side: Sequence[str]) -> set[str]:
    """The fewest that must have moved to make this order out of the base's."""
    place = {name: at for at, name in enumerate(base)}
    common = [name for name in side if name in place]
    stayed = {common[at] for at in longest_rising([place[name] for name in common])}
    return set(common) - stayed


_Neighbours = dict[str, tuple[str | None, str | None]]


def _neighbours(side: Sequence[str], common: set[str]) -> _Neighbours:
    """What stands directly in front of and behind each, of those that are everywhere."""
    names = [name for name in side if name in common]
    return {
        name: (before, behind)
        for before, name, behind in zip([None, *names], names, [*names[1:], None], strict=False)
    }


def _unseen(
    names: Sequence[str], places: Sequence[_Neighbours], by_us: set[str], by_them: set[str]
) -> set[str]:
    """Moves of theirs that do not stand between their neighbours, or push one of ours away."""
    at = {name: place for place, name in enumerate(names)}

    def astray(name: str, neighbours: _Neighbours) -> list[str | None]:
        before, behind = neighbours[name]
        wrong: list[str | None] = []
        if before is not None and at[before] > at[name]:
            wrong.append(before)
        if behind is not None and at[behind] < at[name]:
            wrong.append(behind)
        return wrong

    unseen = {name for name in by_them if astray(name, places[2])}
    for name in by_us:
        unseen.update(n for n in astray(name, places[1]) if n in by_them)
    return unseen
