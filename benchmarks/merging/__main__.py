"""``python -m benchmarks.merging``: the corpus by class, git's answers, the large file.

Ends with 1 if an edit was lost, a merge was wrong, or a target was missed.
"""

import asyncio
import sys

from .judge import Agreement, Tally, agreement_with_git, corpus, judge
from .large import EDITS, LINES, measure
from .mix import NOTEBOOKS, TEXTS

MERGED = 0.95
LARGE = 300


def main() -> int:
    cases = corpus()
    tallies = judge(cases)
    _print_classes(tallies)
    total = sum(tally.cases for tally in tallies.values())
    done = sum(tally.merged for tally in tallies.values())
    wrong = [name for tally in tallies.values() for name in tally.wrong]
    lost = [name for tally in tallies.values() for name in tally.lost]
    needless = [name for tally in tallies.values() for name in tally.needless]
    print(f"\nmerged without a question: {done} of {total} ({100 * done / total:.1f} %)")
    print(f"wrong merges: {len(wrong)}; lost edits: {len(lost)}; needless: {len(needless)}")
    for name in [*wrong, *lost, *needless]:
        print(f"  {name}")
    _print_agreement(agreement_with_git(cases))
    took, block = asyncio.run(measure())
    print(f"\n{LINES:,} lines, {EDITS} edits: {took:.0f} ms, event loop held up {block:.0f} ms")
    met = not (wrong or lost or needless) and done >= MERGED * total and took <= LARGE
    return 0 if met else 1


def _print_classes(tallies: dict[str, Tally]) -> None:
    print(f"{'class':<40}{'cases':>7}{'merged':>8}{'asked':>7}{'wrong':>7}{'lost':>6}")
    for kind, share in (TEXTS | NOTEBOOKS).items():
        tally = tallies[kind]
        note = "  (overlap: asking is right)" if share.overlaps else ""
        print(
            f"{kind:<40}{tally.cases:>7}{tally.merged:>8}{tally.asked:>7}"
            f"{len(tally.wrong):>7}{len(tally.lost):>6}{note}"
        )


def _print_agreement(found: Agreement | None) -> None:
    if found is None:
        print("\nGIT IS NOT INSTALLED HERE: nothing was compared with git merge-file.")
        return
    print(
        f"\ngit merge-file on the texts: equal {found.equal}, both ask {found.both_ask}, "
        f"only git asks {found.only_git_asks}, only we ask {found.only_we_ask}, "
        f"different {len(found.differ)}"
    )
    for name in found.differ:
        print(f"  {name}")


if __name__ == "__main__":
    sys.exit(main())
