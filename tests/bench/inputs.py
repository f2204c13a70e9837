# SPDX-License-Identifier: GPL-2.0-or-later
"""The captures that are measured: made when first asked for, and kept as long as the disk has room."""

import os
import shutil
import subprocess

KINDS = ["small", "imix", "tunnels", "ordinary", "nested", "violations"]
FULL = {"small": 10_000_000, "imix": 4_000_000, "tunnels": 4_000_000, "ordinary": 4_000_000, "nested": 4_000_000,
        "violations": 10_000_000}
QUICK = {"small": 2_000_000, "imix": 1_000_000, "tunnels": 2_000_000, "ordinary": 1_000_000, "nested": 1_000_000,
         "violations": 2_000_000}
ROOM = 8 << 30  # the largest input, what is made of it, and the page cache's leisure to write both


class Inputs:
    def __init__(self, folder, generator, packets):
        self.folder, self.generator, self.packets = folder, generator, packets
        folder.mkdir(parents=True, exist_ok=True)

    def capture(self, kind, suffix="pcap", packets=None, tunnels=None):
        """The path of such a capture; .gz behind the suffix compresses it."""
        packets = packets or self.packets[kind]
        name = "%s-%d%s.%s" % (kind, packets, "-in-%d" % tunnels if tunnels else "", suffix)
        path = self.folder / name
        if not path.exists():
            partial = self.folder / ("partial." + suffix)
            if suffix.endswith(".gz"):
                with open(partial, "wb") as out:
                    plain = self.capture(kind, suffix[:-len(".gz")], packets, tunnels)
                    subprocess.run(["gzip", "-c", plain], stdout=out, check=True)
            else:
                options = ["--packets", packets] + (["--tunnels", tunnels] if tunnels else [])
                subprocess.run([self.generator, *map(str, options), kind, partial], check=True)
            os.replace(partial, path)
        return path

    def release(self, *paths):
        """They have been measured: make room for the next ones where the disk is short."""
        if shutil.disk_usage(self.folder).free < ROOM:
            for path in paths:
                path.unlink(missing_ok=True)
