"""Locks in shared notebooks: random schedules, and what a lock costs per update.

The exit code is 1 if a locked character changed, or two replicas differ.
"""

import argparse
import sys
import time
from collections import Counter

from .cost import costs
from .replicas import Browsers
from .schedule import Failure, Schedule


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.locking", description=__doc__)
    parser.add_argument("--schedules", type=int, default=5000)
    parser.add_argument("--first", type=int, default=0, help="the seed of the first one")
    parser.add_argument("--only-pycrdt", action="store_true", help="no browsers' documents")
    return parser.parse_args()


def main() -> int:
    options = arguments()
    browsers = None if options.only_pycrdt else Browsers()
    put_back: Counter[str] = Counter()
    people = in_browsers = updates = asked = 0
    failures = []
    began = time.perf_counter()
    for seed in range(options.first, options.first + options.schedules):
        try:
            outcome = Schedule(seed, browsers).run()
        except Failure as failure:
            failures.append(str(failure))
            continue
        put_back += outcome.put_back
        people += outcome.people
        in_browsers += outcome.browsers
        updates += outcome.updates
        asked += outcome.asked_for_all
    if browsers is not None:
        browsers.close()
    print(f"schedules                  {options.schedules:>10,}")
    print(f"replicas                   {people:>10,}   {in_browsers:,} of them Yjs in Node")
    print(f"updates                    {updates:>10,}   {asked:,} asked for all")
    print(f"put back                   {sum(put_back.values()):>10,}   {dict(put_back)}")
    print(f"locked content changed or replicas different {len(failures):>4}")
    print(f"took                       {time.perf_counter() - began:>10.1f} s")
    for words in failures[:5]:
        print("   ", words)
    print()
    for line in costs():
        print(line)
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
