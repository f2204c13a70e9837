# SPDX-License-Identifier: GPL-2.0-or-later
"""The most private memory that a check takes, by the number of tunnels. Resident pages of a mapped input don't count."""

import re
import subprocess
import time

from contests import check

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
    """Packets, tunnels, octets of the file, peak, limit, met."""
    cases = [(inputs.capture("small"), inputs.packets["small"], 2)]
    cases += [(inputs.capture("tunnels", packets=PACKETS, tunnels=tunnels), PACKETS, tunnels) for tunnels in TUNNELS]
    for path, packets, tunnels in cases:
        most = peak(check(tools, "--jobs", "2", path))
        limit = BOUND + PER_TUNNEL * max(0, tunnels - FREE_TUNNELS)
        yield ["%d" % packets, "%d" % tunnels, "%.0f" % (path.stat().st_size / 1e6), "%.1f" % (most / 2**20),
               "%.1f" % (limit / 2**20), "yes" if most <= limit else "**no**"]
        inputs.release(path)
