# SPDX-License-Identifier: GPL-2.0-or-later
"""Instructions per packet, counted by callgrind: they tell a regression where times are noise.

A run on more packets less a run on fewer, so that start and end don't count. The recorded ones are in instructions.txt.
"""

import platform
import re
import subprocess
from pathlib import Path

from contests import EXPERT, NO_PLUGINS, TUNNEL, check, plugin_loads, tshark
from goals import verdict
from inputs import KINDS
from measure import progress

RECORD = Path(__file__).with_name("instructions.txt")
FEWER, MORE = 100_000, 200_000
TSHARK_FEWER, TSHARK_MORE = 2_000, 12_000
WITHOUT, WITH = "", ", with the plugin"
CALLGRIND = ["valgrind", "--tool=callgrind", "--callgrind-out-file=/dev/null"]
PLUGIN_LIMITS = {"small": 1.03, "ordinary": 1.005}  # the latter: none that could be told from chance
TUNNELS = {"tunnels": 10_000}  # each has been seen before


def count(command):
    result = subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    collected = re.search(r"Collected : (\d+)", result.stderr)
    if result.returncode != 0 or not collected:
        raise SystemExit("callgrind: %s" % result.stderr)
    return int(collected.group(1))


def ipip_commands(tools, inputs, packets):
    out = inputs.folder / "out.pcap"
    for kind in KINDS:
        yield "check " + kind, [
            *CALLGRIND, *check(tools, "--jobs", "1", inputs.capture(kind, packets=packets, tunnels=TUNNELS.get(kind)))]
    small = inputs.capture("small", packets=packets)
    yield "decap small", [*CALLGRIND, tools.ipip, "decap", "-q", "-w", out, small]
    yield "encap small", [*CALLGRIND, tools.ipip, "encap", "-q", "--tunnel", TUNNEL, "-w", out, small]


def tshark_commands(tools, inputs, packets):
    folders = {WITHOUT: NO_PLUGINS}
    if plugin_loads(tools):
        folders[WITH] = tools.plugins
    for kind in PLUGIN_LIMITS:
        path = inputs.capture(kind, packets=packets)
        for name, folder in folders.items():
            yield kind + name, [*tshark(folder, *CALLGRIND), *EXPERT, path]


def per_packet(commands, tools, inputs, few, many):
    counts = {}
    for (name, fewer), (_, more) in zip(commands(tools, inputs, few), commands(tools, inputs, many)):
        progress("instructions: %s" % name)
        counts[name] = (count(more) - count(fewer)) / (many - few)
    progress("")
    (inputs.folder / "out.pcap").unlink(missing_ok=True)
    return counts


def recorded():
    if not RECORD.exists():
        return {}
    lines = (line.rsplit(maxsplit=1) for line in RECORD.read_text().splitlines() if line and not line.startswith("#"))
    return {name: float(number) for name, number in lines}


def record(counts, program):
    compiler = re.search(rb"(?:GCC: \(|clang version )[^\0]+", program.read_bytes())
    lines = ["# Instructions per packet: tests/bench/run --record writes them, tests/bench/run compares with them.",
             "# %s, %s" % (platform.machine(), compiler.group().decode() if compiler else "unknown compiler")]
    RECORD.write_text("\n".join(lines + ["%-18s %8.1f" % item for item in counts.items()]) + "\n")


def instruction_rows(counts):
    """Counted, recorded, and by how much they differ."""
    before = recorded()
    for name, number in counts.items():
        was = before.get(name)
        yield [name, "%.1f" % number, "%.1f" % was if was else "", "%+.1f %%" % (100 * (number / was - 1)) if was else ""]


def tshark_rows(counts):
    """The plugin's share, by kind of traffic."""
    for kind, limit in PLUGIN_LIMITS.items():
        if kind + WITH in counts:
            stock, number = counts[kind + WITHOUT], counts[kind + WITH]
            yield [kind, "%.0f" % stock, "%.0f" % number, "%.3f" % (number / stock), "%.3f" % limit,
                   verdict(number <= limit * stock)]
