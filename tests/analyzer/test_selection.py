# SPDX-License-Identifier: GPL-2.0-or-later
"""What --ignore and --select leave out never changes what another rule says, or how often; nor do frame numbers.

Every rule that reports on a capture is left out in turn, and then selected alone, on all vectors and on the kernel's captures.
One process judges them all: ipip_selection, by the core alone.
"""

import os
import re
import subprocess
import tempfile
import unittest
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import harness
from packets import pcap
from streams import clear, clears
from vector import Vector
from vectors import ALL

# Rules that give way to others: 621 to 624 once the Identification has been constant, also where it is not for a while.
GIVING_WAY = [("IPIP621", Vector(fail=clears(range(10)) + clear(10, id=8) + clears(range(11, 14)), clean=None))]

# A policy file says nothing of kinds and UDP ports.
CASES = [(rule, vector) for rule, vector in [*ALL, *GIVING_WAY] if not {"--kinds", "--udp-tunnel", "--esp-null"} & set(vector.args)]

OF_READING = ("--kinds", "--udp-tunnel", "--esp-null")  # which tunnels are read is no policy: they are those that are read without a word


def policy(arguments, config):
    """The options as the policy file says them."""
    values = {}
    for option, value in zip(arguments[::2], arguments[1::2]):
        if option not in OF_READING:
            values.setdefault(option[2:].replace("endpoint", "endpoints"), []).append(value)
    keys = ["%s=%s\n" % (key, ";".join(several)) for key, several in values.items()]
    return "[policy]\n%s%s" % ("".join(keys), (config or "").replace("[policy]\n", ""))


def write_cases(folder):
    """Of each vector the frames that trip the rule and those that don't, with its policy, each once: the lines for ipip_selection."""
    seen = set()
    for number, (rule, vector) in enumerate(CASES):
        said = policy(vector.args, vector.config)
        settings = folder / ("%s-%d.conf" % (rule, number))
        settings.write_text(said)
        for part in ("fail", "clean"):
            frames = getattr(vector, part)
            data = pcap(frames, vector.link_type, captured=vector.captured) if frames is not None else None
            if data is not None and (data, said) not in seen:
                seen.add((data, said))
                path = folder / ("%s-%d-%s.pcap" % (rule, number, part))
                path.write_bytes(data)
                yield "%s\t%s" % (path, settings)


def compare(lines):
    """What differs, and how much was compared."""
    result = harness.sound(subprocess.run([harness.SELECTION], input="\n".join(lines) + "\n", capture_output=True, text=True))
    *differences, last = result.stdout.splitlines()
    return "\n".join(differences), [int(number) for number in re.findall(r"\d+", last)]


class Selection(unittest.TestCase):
    def assert_alike(self, lines):
        workers = os.cpu_count()
        with ThreadPoolExecutor(workers) as pool:
            for differences, (same, different) in pool.map(compare, [lines[n::workers] for n in range(workers)]):
                self.assertEqual(different, 0, differences)
                self.assertGreater(same, len(lines))

    def test_vectors(self):
        with tempfile.TemporaryDirectory() as folder:
            self.assert_alike(list(write_cases(Path(folder))))

    def test_kernel_captures(self):
        self.assert_alike([str(path) for path in harness.kernel_captures()])


if __name__ == "__main__":
    harness.main()
