# SPDX-License-Identifier: GPL-2.0-or-later
"""Instructions and cache misses per packet, counted by valgrind: they tell a regression where times are noise.

A run on more packets less a run on fewer, so that start and end don't count. The caches are those of no machine, but always the same,
and so are the seeds of the hash tables (fixed_seed.c): with others, other tunnels collide, which is up to 2 %.

libc copies with what the processor has. valgrind counts each step of "rep movsb" as an instruction: with it, decap and encap differ by 10 %
from machine to machine and 3 % from run to run. Without it and AVX2, every x86-64 runs the same code.
"""

import re
import subprocess
from pathlib import Path
from typing import NamedTuple

SAME_COPIES = "GLIBC_TUNABLES=glibc.cpu.hwcaps=-ERMS,-FSRM,-AVX2"
COUNT = ["valgrind", "--tool=callgrind", "--callgrind-out-file=/dev/null"]
CACHES = ["--cache-sim=yes", "--I1=32768,8,64", "--D1=32768,8,64", "--LL=8388608,16,64"]


class Counts(NamedTuple):
    """Of a run, or per packet; the misses are those of data."""
    instructions: float
    d1: float = 0
    ll: float = 0


def preloaded(fixed_seed):
    return ["env", SAME_COPIES, "LD_PRELOAD=%s" % fixed_seed]


def count(command, fixed_seed, caches=False):
    """valgrind makes code, which the sandbox forbids."""
    free = ["--no-sandbox"] if Path(command[0]).name == "ipip" else []
    return collected([*preloaded(fixed_seed), *COUNT, *(CACHES if caches else []), *command, *free], caches)


def collected(command, caches=False):
    """Of a command that runs valgrind itself, as another user for example."""
    result = subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    found = re.search(r"Collected : ([\d ]+)", result.stderr)
    if result.returncode not in (0, 1) or not found:
        raise SystemExit("callgrind: %s" % result.stderr)
    # Ir Dr Dw I1mr D1mr D1mw ILmr DLmr DLmw
    numbers = [int(number) for number in found.group(1).split()]
    return Counts(numbers[0], numbers[4] + numbers[5], numbers[7] + numbers[8]) if caches else Counts(numbers[0])


def per_packet(command_of, few, many, fixed_seed, caches=False):
    """command_of(packets) is what to run on so many."""
    pairs = zip(*(count(command_of(packets), fixed_seed, caches) for packets in (many, few)))
    return Counts(*((more - fewer) / (many - few) for more, fewer in pairs))
