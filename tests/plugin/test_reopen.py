# SPDX-License-Identifier: GPL-2.0-or-later
"""One process that opens capture after capture, as a window does all day, holds for the plugin what the last one needs, and no octet more.

What the process holds at its end is told by valgrind, with the functions that asked for it: sharkd itself keeps 11 MB of every capture.

IPIP_REOPEN: how often each of the three captures is opened (3).
"""

import os
import re
import shutil
import sys
import tempfile
import unittest
from pathlib import Path

import harness
from harness import KERNEL, TESTDATA, wireshark

CAPTURES = [KERNEL / "ipip-nested-5" / "outer.pcap", TESTDATA / "toobig.pcapng", TESTDATA / "violations.pcap"]
TIMES = int(os.environ.get("IPIP_REOPEN", "3"))
RECORD = re.compile(r"([\d,]+)(?: \([^)]*\))? bytes in [\d,]+ blocks are ")


def held(times):
    """Octets that our functions asked for and that are not free when sharkd ends, after each capture was opened so many times."""
    requests = [("load", {"file": str(path)}) for path in CAPTURES * times]
    with tempfile.TemporaryDirectory() as folder:
        os.chmod(folder, 0o777)
        log = Path(folder, "log")
        result = wireshark("valgrind", ["--leak-check=full", "--show-leak-kinds=all", "--num-callers=30", "--fullpath-after=",
                                        "--log-file=%s" % log, harness.SHARKD, "-"], stdin=harness.requests_text(requests))
        opened = result.stdout.count('"status":"OK"')
        if opened != len(requests):
            raise AssertionError("%d of %d captures were opened: %s" % (opened, len(requests), result.stderr[-1000:]))
        text = log.read_text(errors="replace")
    records = (record for record in re.split(r"\n==\d+== \n", text) if re.search(r"/(?:plugin|core)/[\w/-]+\.c:\d+\)", record))
    return sum(int(RECORD.search(record)[1].replace(",", "")) for record in records if RECORD.search(record))


class Reopen(unittest.TestCase):
    def test_holds_one_capture(self):
        once = held(1)
        self.assertGreater(once, 1 << 20)  # the judge of the capture that is open
        many = held(TIMES)
        print("%d octets held after %d captures, %d more after %d" % (once, len(CAPTURES), many - once, len(CAPTURES) * TIMES))
        self.assertEqual(many, once)


if __name__ == "__main__":
    harness.require_plugin()
    if shutil.which("valgrind") is None:
        print("not looked at: valgrind is not installed")
        sys.exit(harness.SKIPPED)
    harness.main()
