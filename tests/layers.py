# SPDX-License-Identifier: GPL-2.0-or-later
"""The IPv4 layers of a capture as the core reads them: what tests/layers/layers.c prints."""

import subprocess

import harness


def read_with_carriers(path):
    """By frame: how many carriers over IPv4 it is in, why the walk ended, and the layers as text. And whether the file could be read to its end."""
    result = harness.sound(subprocess.run([harness.LAYERS, path], capture_output=True, text=True, timeout=harness.HANGS))
    lines = (line.split("\t") for line in result.stdout.splitlines())
    return {int(number): (int(carriers), end, layers) for number, carriers, end, *layers in lines}, result.returncode == 0


def read(path):
    """The same without the carriers."""
    frames, is_whole = read_with_carriers(path)
    return {number: (end, layers) for number, (_, end, layers) in frames.items()}, is_whole


def with_and_without_tunnels(paths):
    """The captures that may hold a tunnel packet, whole or in fragments, and those that hold none and can be read to their end.

    public.agreement shows that no other frame is one for Wireshark.
    """
    some, none = [], []
    for path, (frames, is_whole) in zip(paths, harness.each(read, paths)):
        if any(len(layers) > 1 or "fragment" in end for end, layers in frames.values()):
            some.append(path)
        elif is_whole:
            none.append(path)
    return some, none
