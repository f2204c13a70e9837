# SPDX-License-Identifier: GPL-2.0-or-later
"""Running contestants in turn on the same file, and what their times were."""

import os
import statistics
import subprocess
import sys
import time
from typing import NamedTuple, Optional


class Contestant(NamedTuple):
    name: str
    command: object               # words, or a pipeline for sh
    environment: Optional[dict] = None


class Time(NamedTuple):
    seconds: float
    user: float
    system: float
    least: float  # seconds
    packets: int

    @property
    def cpu(self):
        return self.user + self.system

    @property
    def per_packet(self):
        return self.seconds / self.packets


def progress(words):
    """On a terminal: what is running."""
    if sys.stderr.isatty():
        print("\r\033[K" + words, end="", file=sys.stderr, flush=True)


def once(contestant):
    """Elapsed and processor time of one run; a run that fails is no measurement."""
    start = time.perf_counter()
    process = subprocess.Popen(contestant.command, shell=isinstance(contestant.command, str), env=contestant.environment,
                               stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    errors = process.stderr.read()
    _, status, usage = os.wait4(process.pid, 0)
    elapsed = time.perf_counter() - start
    process.returncode = os.waitstatus_to_exitcode(status)
    process.stderr.close()
    if process.returncode not in (0, 1):  # 1: findings, or octets that differ
        raise SystemExit("%s: status %d: %s" % (contestant.name, process.returncode, errors.decode(errors="replace")))
    return elapsed, usage.ru_utime, usage.ru_stime


def contest(title, contestants, packets, rounds, written=None):
    """The median times by name.

    Who writes does so twice, and the second time counts: a virtual machine may have given free memory back to its host, and
    who then needs it first pays for it, not who is slow.
    """
    runs = {contestant.name: [] for contestant in contestants}
    for number in range(rounds):
        for contestant in contestants:
            progress("%s, round %d of %d: %s" % (title, number + 1, rounds, contestant.name))
            if written:
                once(contestant)
                written.unlink()
            runs[contestant.name].append(once(contestant))
            if written:
                written.unlink()
    progress("")
    return {name: Time(*map(statistics.median, zip(*times)), min(times)[0], packets) for name, times in runs.items()}


def warm(path):
    """Into the page cache."""
    with open(path, "rb", buffering=0) as file:
        while file.read(1 << 20):
            pass
