#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The games of reference privacy, section 6, through real processes: tests/attack/processes.py FAMILY.

Families: games (A1 A2 A3 A6), frequencies (A4), audit (D1 T2), sums (A7 A8), timing (T1), genomes (T4), walls (W). Rows are
those of report.h. Environment: RIKSTAL_BUILD (programs), RIKSTAL_ATTACK, RIKSTAL_ATTACK_SEED.
"""
import contextlib
import sys

from processes_report import Report
from processes_world import World, organisations_for, scratch


def games(report):
    from processes_games import Games
    play = Games(report)
    with World("games", ["01"], organisations_for(play.years_needed)) as world:
        world.nodes["01"].import_csv(play.data())
        world.nodes["01"].publish()
        with world.pipe("01") as pipe:
            play.play(world, pipe)


def frequencies(report):
    from processes_frequencies import Frequencies, verdicts
    regions = ["01", "03", "04", "05", "06", "07", "08", "09"][:report.sized(4, 8, 8)]
    play = Frequencies(report, regions)
    with World("frequencies", regions, organisations_for(play.years_needed())) as world, contextlib.ExitStack() as stack:
        play.fill(world)
        verdicts(report, play.play(world, {r: stack.enter_context(world.pipe(r)) for r in regions}))


def audit(report):
    from processes_audit import NODES, Audit, people
    play = Audit(report)
    with World("audit", list(NODES), organisations_for(play.years_needed)) as world, contextlib.ExitStack() as stack:
        for region, more in NODES.items():
            world.nodes[region].import_csv(people(more))
            world.nodes[region].publish()
        play.play(world, {r: stack.enter_context(world.pipe(r)) for r in NODES})


def wires(report):
    from processes_audit import crowd, people, sizes
    from processes_link import tls
    with World("wires", ["01", "03"], 1) as world:
        world.nodes["01"].import_csv(people(0))
        world.nodes["03"].import_csv(crowd())
        for node in world.nodes.values():
            node.publish()
        with contextlib.ExitStack() as stack:
            sizes(report, world, {r: stack.enter_context(world.pipe(r)) for r in world.nodes})
        tls(report, world, "03")


def sums(report):
    from processes_sums import sums as play
    play(report)


def timing(report):
    from processes_timing import Timing, people
    play = Timing(report)
    with World("timing", ["01"], organisations_for(play.years_needed)) as world:
        world.nodes["01"].import_csv(people())
        world.nodes["01"].publish()
        with world.pipe("01") as pipe:
            play.keeper(world, pipe)
        world.start()
        play.http(world)


def genomes(report):
    from processes_genomes import genomes as play
    play(report)


def walls(report):
    from processes_walls import walls as play
    play(report)


FAMILIES = {"games": games, "frequencies": frequencies, "audit": audit, "wires": wires,
            "sums": sums, "timing": timing, "genomes": genomes, "walls": walls}


def main():
    if len(sys.argv) != 2 or sys.argv[1] not in FAMILIES:
        sys.exit(__doc__)
    report = Report()
    scratch()
    FAMILIES[sys.argv[1]](report)
    report.end()


if __name__ == "__main__":
    main()
