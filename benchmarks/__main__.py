"""``python -m benchmarks [--size small|full] [--only NAME] [--repetitions N]``."""

from __future__ import annotations

import argparse

from benchmarks import (
    ageing,
    allocation,
    checking,
    deciding,
    formula,
    framing,
    monthly,
    paying,
    plain,
    queues,
    reading,
    starting,
    terms,
)
from benchmarks.harness import Result, bandwidth, machine, run, table

ROOMS = {
    "ageing": ageing,
    "allocation": allocation,
    "monthly": monthly,
    "paying": paying,
    "reading": reading,
    "formula": formula,
    "deciding": deciding,
    "checking": checking,
    "queues": queues,
    "plain": plain,
    "framing": framing,
    "starting": starting,
    "terms": terms,
}


def main() -> None:
    """Run what was asked for and print a table."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--size", choices=("small", "full"), default="full")
    parser.add_argument("--only", choices=sorted(ROOMS), action="append")
    parser.add_argument("--repetitions", type=int, default=None, help="at least 9 at full size")
    given = parser.parse_args()
    small = given.size == "small"
    repetitions = given.repetitions or (3 if small else 9)
    speed = bandwidth()
    print(machine(speed), flush=True)
    results: list[Result] = []
    for name, room in ROOMS.items():
        if given.only is None or name in given.only:
            for contest in room.contests(small):
                print(f"... {contest.name}, {contest.size}", flush=True)
                results += run(contest, repetitions, speed)
    print()
    print(table(results))
    print(f"\nAt the end: {machine(speed)}")


if __name__ == "__main__":
    main()
