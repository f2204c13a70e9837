# SPDX-License-Identifier: GPL-2.0-or-later
"""The most private memory that a command takes. Resident pages of a mapped input don't count."""

import re
import subprocess
import time

PRIVATE = re.compile(r"^Rss(?:Anon|Shmem):\s+(\d+) kB$", re.MULTILINE)


def peak(command):
    """In octets. Sampled: RssAnon and RssShmem have no high-water mark of their own."""
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    most = 0
    while process.poll() is None:
        try:
            with open("/proc/%d/status" % process.pid) as status:
                most = max(most, sum(int(kilobytes) for kilobytes in PRIVATE.findall(status.read())))
        except ProcessLookupError:
            pass
        time.sleep(0.002)
    if process.returncode not in (0, 1):
        raise SystemExit("%s: status %d" % (command[0], process.returncode))
    return most << 10
