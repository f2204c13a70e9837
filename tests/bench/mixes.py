# SPDX-License-Identifier: GPL-2.0-or-later
"""The captures that are measured: made when first asked for, and kept as long as the disk has room."""

import os
import shutil
import subprocess
from typing import NamedTuple, Optional

ROOM = 8 << 30  # the largest input, what is made of it, and the page cache's leisure to write both
QUICK = 16      # so many times fewer packets


class Mix(NamedTuple):
    name: str
    kind: str                # of the generator
    packets: int
    tunnels: int             # directions
    suffix: str = "pcap"
    findings: bool = False   # with packets that break a rule
    many: bool = False       # tunnels: as many as told, rather than the kind's own

    def quick(self):
        return self._replace(packets=max(self.packets // QUICK, 2 * self.tunnels))


MIXES = [
    Mix("small", "small", 10_000_000, 2),
    Mix("small.pcapng", "small", 4_000_000, 2, "pcapng"),
    Mix("small.pcap.gz", "small", 4_000_000, 2, "pcap.gz"),
    Mix("headers-4k", "headers-4k", 4_000_000, 64),
    Mix("headers-64k", "headers-64k", 4_000_000, 256),
    Mix("df-clear", "df-clear", 4_000_000, 2),
    Mix("imix", "imix", 4_000_000, 128),
    Mix("half", "half", 4_000_000, 128),
    Mix("ordinary", "ordinary", 4_000_000, 0),
    Mix("fragments", "fragments", 4_000_000, 2),
    Mix("nested", "nested", 4_000_000, 4),
    Mix("tunnels-1k", "tunnels", 4_000_000, 1_000, many=True),
    Mix("tunnels-100k", "tunnels", 4_000_000, 100_000, many=True),
    Mix("tunnels-1M", "tunnels", 4_000_000, 1_000_000, many=True),
    Mix("errors", "errors", 4_000_000, 2),
    Mix("sides", "sides", 4_000_000, 2),
    Mix("entry", "entry", 4_000_000, 2),
    Mix("opening", "opening", 4_000_000, 2),
    Mix("violations", "violations", 4_000_000, 2, findings=True),
]

# As small, in tunnels of other kinds: counted only.
KINDS = [Mix(kind, kind, 4_000_000, 2) for kind in (
    "gre", "gre-key", "gre-sequence", "gre6", "gretap", "erspan", "gre-udp", "gue", "sit", "4in6", "6in6", "6in6-limit", "minimal",
    "ah", "esp", "ipcomp", "mpls")]


class Inputs:
    def __init__(self, folder, generator):
        self.folder, self.generator = folder, generator
        folder.mkdir(parents=True, exist_ok=True)

    def capture(self, mix, packets=None, tunnels=None) -> "os.PathLike":
        packets, tunnels = packets or mix.packets, tunnels or (mix.tunnels if mix.many else None)
        path = self.folder / ("%s-%d%s.%s" % (mix.kind, packets, "-in-%d" % tunnels if tunnels else "", mix.suffix))
        if not path.exists():
            partial = self.folder / ("partial." + mix.suffix)
            if mix.suffix.endswith(".gz"):
                with open(partial, "wb") as out:
                    plain = self.capture(mix._replace(suffix=mix.suffix[:-len(".gz")]), packets, tunnels)
                    subprocess.run(["gzip", "-c", plain], stdout=out, check=True)
            else:
                options = ["--packets", packets] + (["--tunnels", tunnels] if tunnels else [])
                subprocess.run([self.generator, *map(str, options), mix.kind, partial], check=True)
            os.replace(partial, path)
        return path

    def release(self, *paths):
        """They have been measured: make room for the next ones where the disk is short."""
        if shutil.disk_usage(self.folder).free < ROOM:
            for path in paths:
                path.unlink(missing_ok=True)


def find(name: str) -> Optional[Mix]:
    return next((mix for mix in MIXES + KINDS if mix.name == name), None)
