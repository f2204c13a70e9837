# SPDX-License-Identifier: GPL-2.0-or-later
"""No verb takes noticeably more instructions per packet than are recorded in instructions.txt, for what CI compiles with.

Counted, not timed: it holds on a busy machine. Fewer are printed, so that they can be recorded too:
IPIP_RECORD=1 ctest --preset dev -R bench.instructions
"""

import os
import platform
import re
import shutil
import sys
import tempfile
import unittest
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import harness
from instructions import per_packet
from mixes import KINDS, MIXES, Inputs
from verbs import CHECK1, OF_KINDS, PAIR, VERBS, Tools

RECORD = Path(__file__).with_name("instructions.txt")
TOLERANCE = 0.02
FEWER, MORE = 6_000, 16_000
CHECKED = ["small", "headers-4k", "df-clear", "imix", "ordinary", "fragments", "nested", "tunnels-1k", "sides", "violations"]
PAIR_RATIO = 3  # at most so many times what check takes
CASES = [(CHECK1, mix) for mix in CHECKED] + [(verb, "small") for verb in ("decap", "encap", "tunnels")] + [(CHECK1, mix.name) for mix in KINDS]


def built_with():
    """What else the numbers depend on: architecture, compiler, kind of build."""
    compiler = re.search(rb"GCC: \([^\0]+|clang version [^\0]+", Path(harness.COMMAND).read_bytes())
    return "%s, %s, %s" % (platform.machine(), compiler.group().decode() if compiler else "unknown compiler", os.environ["IPIP_BUILD_TYPE"])


def read_record():
    if not RECORD.exists():
        return "", {}
    lines = RECORD.read_text().splitlines()
    builds = [line[2:] for line in lines if line.startswith("# ")]
    numbers = (line.rsplit(maxsplit=1) for line in lines if line and not line.startswith("#"))
    return builds[-1], {name: float(number) for name, number in numbers}


def write_record(counted):
    RECORD.write_text("\n".join(["# Instructions per packet: bench.instructions compares with them, and IPIP_RECORD=1 writes them.",
                                 "# %s" % built_with(), *("%-28s %8.1f" % case for case in counted.items())]) + "\n")


def count_all(cases):
    tools = Tools(harness.COMMAND, *[None] * 4, os.environ["IPIP_FIXED_SEED"])
    verbs = {verb.name: verb for verb in VERBS}
    of_kinds = {verb.name: verb for verb in OF_KINDS}
    mixes = {mix.name: mix for mix in MIXES + KINDS}
    with tempfile.TemporaryDirectory() as folder:
        inputs = Inputs(Path(folder), os.environ["IPIP_GENERATOR"])

        def counted(case):
            mix = mixes[case[1]]
            verb = (of_kinds if mix in KINDS else verbs)[case[0]]
            paths = {packets: inputs.capture(mix, packets) for packets in (FEWER, MORE)}
            out = Path(folder, "%s-%s" % case)
            return per_packet(lambda packets: tools.command(verb, paths[packets], out), FEWER, MORE, tools.fixed_seed).instructions

        for mix in {mix for _, mix in cases}:  # not in two threads at once
            for packets in (FEWER, MORE):
                inputs.capture(mixes[mix], packets)
        with ThreadPoolExecutor(os.cpu_count()) as pool:
            return {"%s, %s" % case: number for case, number in zip(cases, pool.map(counted, cases))}


class Instructions(unittest.TestCase):
    def test_no_more_than_recorded(self):
        _, recorded = read_record()
        counted = count_all(CASES)
        self.assertEqual(counted.keys(), recorded.keys(), "record them anew: IPIP_RECORD=1")
        for case, number in counted.items():
            change = number / recorded[case] - 1
            print("%-28s %8.1f, recorded %8.1f, %+.1f %%" % (case, number, recorded[case], 100 * change))
            with self.subTest(case):
                self.assertLessEqual(change, TOLERANCE, "if that is meant, record it: IPIP_RECORD=1 ctest -R bench.instructions")

    def test_pair_beside_check(self):
        check, pair = count_all([(CHECK1, "entry"), (PAIR, "entry")]).values()
        print("%-28s %8.1f, check %8.1f, %.2f times" % (PAIR, pair, check, pair / check))
        self.assertLessEqual(pair, PAIR_RATIO * check)


if __name__ == "__main__":
    if not shutil.which("valgrind"):
        print("not counted: valgrind is not installed")
        sys.exit(harness.SKIPPED)
    if os.environ.get("IPIP_RECORD"):
        write_record(count_all(CASES))
        sys.exit(0)
    if built_with() != read_record()[0]:
        print("not compared: recorded for %s, this is %s" % (read_record()[0], built_with()))
        sys.exit(harness.SKIPPED)
    harness.main()
