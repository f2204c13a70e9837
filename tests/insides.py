# SPDX-License-Identifier: GPL-2.0-or-later
"""What Wireshark shows within a tunnel, beside what it shows of the packets that `ipip decap` makes of it."""

import re
import tempfile
from pathlib import Path

import harness

NUMBER = re.compile(r"((?:[Ff]rame|Stream index):? |#)\d+")  # of a frame or of a stream: that is up to the file


def items(frame):
    """The items of a frame's tree, each with what is below it, without ours."""
    found = []
    for line in filter(None, frame.splitlines()):
        if not line.startswith(" ") or not found:
            found.append([])
        found[-1].append(NUMBER.sub(r"\1N", line))
    return [item for item in found if not harness.OUR_ITEM.match(item[0])]


def frames(path, *options):
    text = harness.tshark("-r", path, "-V", *options).stdout
    return [items(frame) for frame in re.split(r"(?m)^(?=Frame \d+)", text)[1:]]


def both(path, header, *options, decap=()):
    """The items behind the tunnel's `header`, frame by frame, and those behind the link header of each packet that decap writes."""
    within = []
    for frame in frames(path, *options):
        at = [k for k, item in enumerate(frame) if item[0].startswith(header)]
        if at:
            within.append(frame[at[0] + 1:])
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)
        out = Path(folder, "out.pcapng")
        harness.run("decap", "--only-tunnel", *decap, "-w", out, path)
        alone = [frame[next(k for k, item in enumerate(frame) if item[0].startswith("Internet Protocol")):] for frame in frames(out)]
    return within, alone
