# SPDX-License-Identifier: GPL-2.0-or-later
"""Instructions per packet, counted by callgrind: they tell a regression where times are noise.

A run on more packets less a run on fewer, so that start and end don't count. The recorded ones are in instructions.txt.
"""

import re
import subprocess
import sys
from pathlib import Path

from contests import TUNNEL, check
from inputs import KINDS

RECORD = Path(__file__).with_name("instructions.txt")
FEWER, MORE = 100_000, 200_000
TUNNELS = {"tunnels": 10_000}  # each has been seen before


def count(command):
    result = subprocess.run(["valgrind", "--tool=callgrind", "--callgrind-out-file=/dev/null", *command],
                            stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    collected = re.search(r"Collected : (\d+)", result.stderr)
    if result.returncode != 0 or not collected:
        raise SystemExit("callgrind: %s" % result.stderr)
    return int(collected.group(1))


def commands(tools, inputs, packets):
    out = inputs.folder / "out.pcap"
    for kind in KINDS:
        yield "check " + kind, check(tools, "--jobs", "1", inputs.capture(kind, packets=packets, tunnels=TUNNELS.get(kind)))
    small = inputs.capture("small", packets=packets)
    yield "decap small", [tools.ipip, "decap", "-w", out, small]
    yield "encap small", [tools.ipip, "encap", "--tunnel", TUNNEL, "-w", out, small]


def per_packet(tools, inputs):
    counts = {}
    for (name, fewer), (_, more) in zip(commands(tools, inputs, FEWER), commands(tools, inputs, MORE)):
        print("\r\033[Kinstructions: %s" % name, end="", file=sys.stderr)
        counts[name] = (count(more) - count(fewer)) / (MORE - FEWER)
    print("\r\033[K", end="", file=sys.stderr)
    (inputs.folder / "out.pcap").unlink(missing_ok=True)
    return counts


def recorded():
    if not RECORD.exists():
        return {}
    lines = (line.rsplit(maxsplit=1) for line in RECORD.read_text().splitlines() if line and not line.startswith("#"))
    return {name: float(number) for name, number in lines}


def record(counts):
    lines = ["# Instructions per packet: tests/bench/run --record writes them, tests/bench/run compares with them."]
    RECORD.write_text("\n".join(lines + ["%-18s %8.1f" % item for item in counts.items()]) + "\n")


def instruction_rows(counts):
    """Counted, recorded, and by how much they differ."""
    before = recorded()
    for name, number in counts.items():
        was = before.get(name)
        yield [name, "%.1f" % number, "%.1f" % was if was else "", "%+.1f %%" % (100 * (number / was - 1)) if was else ""]
