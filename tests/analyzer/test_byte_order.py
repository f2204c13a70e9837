# SPDX-License-Identifier: GPL-2.0-or-later
"""On a machine with the other byte order the command says and writes octet for octet what it does here.

Every vector of every rule, as many in one capture as have the same policy: there an emulator runs each program, which takes a tenth of a
second to start. What is right of all that is said, analyzer.vectors and others test here, with IPIP_HERE, the command of the preset `dev`.
"""

import os
import subprocess

import harness
import joined
from harness import TESTDATA
from packets import pcap
from vectors import ALL

HERE = os.environ["IPIP_HERE"]
TUNNELS = ("ip link add t type gre local 192.0.2.1 remote 192.0.2.2 key 42 csum seq", "ip tunnel add t mode ipip local 192.0.2.1 remote 192.0.2.2 nopmtudisc",
           "ip -6 tunnel add t mode any local 2001:db8::1 remote 2001:db8::2",
           "ip link add t type sit mode any local 192.0.2.1 remote 192.0.2.2 encap gue encap-sport auto encap-dport 6080 encap-csum")


def by_policy():
    """(arguments, configuration) of `ipip check`, and what it is to read."""
    found = {}
    for _, vector in ALL:
        for part in ("fail", "clean", "unknown"):
            frames = getattr(vector, part)
            arguments = vector.unknown_args if part == "unknown" and vector.unknown_args is not None else vector.args
            if frames:
                captures = found.setdefault((tuple(arguments), vector.config), {})
                captures[pcap(frames, vector.link_type, captured=vector.captured)] = None
    return found


class ByteOrder(harness.InFolder):
    def assert_same(self, *arguments):
        """Status, standard output and standard error. Returns the output."""
        there = harness.run(*arguments, text=False)
        here = subprocess.run([HERE, *map(str, arguments)], capture_output=True)
        for what in ("returncode", "stdout", "stderr"):
            self.assertEqual(getattr(there, what), getattr(here, what), " ".join(map(str, arguments)))
        return there.stdout

    def test_vectors(self):
        policies = list(enumerate(by_policy().items()))

        def compare(case):
            number, ((arguments, config), captures) = case
            path = self.write("%d.pcapng" % number, joined.in_a_row(captures))
            words = ("--no-config",) if config is None else ("--config", self.write("%d.conf" % number, config.encode()))
            return len(captures), self.assert_same("check", "--format", "jsonl", *arguments, *words, path).count(b'"type":"finding"')

        results = harness.each(compare, policies)
        print("%d captures under %d policies, %d findings" % (sum(count for count, _ in results), len(results), sum(found for _, found in results)))
        self.assertGreater(sum(count for count, _ in results), 2000)
        self.assertGreater(sum(found for _, found in results), 2000)

    def test_every_verb(self):
        whole = self.write("all.pcapng", joined.in_a_row(sorted(TESTDATA.rglob("*.pcap*"))))
        both = TESTDATA / "siblings" / "sit-mode-any" / "inner.pcap"
        for arguments in (("check", "--no-config"), ("check", "--no-config", "--jobs", 3), ("tunnels",),
                          ("tunnels", "--format", "jsonl"), ("roundtrip",), ("roundtrip", "--format", "jsonl"), ("decap", "--all", "-w", "-")):
            self.assertGreater(len(self.assert_same(*arguments, "--udp-tunnel", "5555=gue", whole)), 1000)
        for tunnel in TUNNELS:
            self.assertGreater(len(self.assert_same("encap", "--tunnel", tunnel, "-w", "-", both)), 1000)


if __name__ == "__main__":
    harness.main()
