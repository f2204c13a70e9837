# SPDX-License-Identifier: GPL-2.0-or-later
"""The most private memory that a command takes, by the number of tunnels. Resident pages of a mapped input don't count."""

import re
import subprocess
import time

from contests import check
from goals import verdict

BOUND, PER_TUNNEL, FREE_TUNNELS = 32 << 20, 256, 10_000
TUNNELS = [1, 64, 10_000, 1_000_000]
PACKETS = 2_000_000
PRIVATE = re.compile(r"^Rss(?:Anon|Shmem):\s+(\d+) kB$", re.MULTILINE)


def peak(command):
    """Sampled: RssAnon and RssShmem have no high-water mark of their own."""
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    most = 0
    while process.poll() is None:
        try:
            with open("/proc/%d/status" % process.pid) as status:
                most = max(most, sum(int(kilobytes) for kilobytes in PRIVATE.findall(status.read())))
        except ProcessLookupError:
            pass
        time.sleep(0.002)
    if process.returncode != 0:
        raise SystemExit("%s: status %d" % (command[0], process.returncode))
    return most << 10


def memory_rows(tools, inputs):
    """Command, packets, tunnels, megabytes of the file, peak, limit, met."""
    small, out = inputs.capture("small"), inputs.folder / "out.pcap"
    cases = [("check", check(tools, "--jobs", "2", small), small, inputs.packets["small"], 2),
             ("decap", [tools.ipip, "decap", "-q", "-w", out, small], small, inputs.packets["small"], 2)]
    for tunnels in TUNNELS:
        path = inputs.capture("tunnels", packets=PACKETS, tunnels=tunnels)
        cases.append(("check", check(tools, "--jobs", "2", path), path, PACKETS, tunnels))
    for name, command, path, packets, tunnels in cases:
        most = peak(command)
        limit = BOUND + PER_TUNNEL * max(0, tunnels - FREE_TUNNELS)
        yield [name, "%d" % packets, "%d" % tunnels, "%.0f" % (path.stat().st_size / 1e6), "%.1f" % (most / 2**20),
               "%.1f" % (limit / 2**20), verdict(most <= limit)]
    out.unlink()
    inputs.release(small)
