# SPDX-License-Identifier: GPL-2.0-or-later
"""`ipip conform` on what Linux did: each statement that it violates is known, with what the kernel does and what the standard says.

The kernel's side: net/ipv4/ip_tunnel.c, net/ipv4/ipip.c and include/net/inet_ecn.h of Linux 6.1; the scenarios tell the configuration.
"""

import json
import re
import unittest

import harness
from test_conform import conform, violated

PAIRS = (("inner", "outer", "ns1"), ("lan1", "outer", "ns1"), ("inner2", "outer2", "ns2"), ("lan2", "outer2", "ns2"))


def commands(value):
    """Each command of a scenario, with the namespace that ran it."""
    if isinstance(value, dict):
        if "cmd" in value:
            yield value.get("ns"), value["cmd"]
        for part in value.values():
            yield from commands(part)
    elif isinstance(value, list):
        for part in value:
            yield from commands(part)


def words_of(folder, namespace):
    """The words that made the tunnel of this end; "" where none did (tunl0)."""
    scenario = json.loads((folder / "scenario.json").read_text())
    lines = [cmd for ns, cmd in commands(scenario["setup"]) if ns == namespace and re.search(r"(tunnel|link) add \S+ (mode|type) ipip", cmd)]
    return lines[0] if lines else ""


def has_own_dscp(words, scenario):
    """`tos` is a number, 0 by default; 1 stands for inherit."""
    return not re.search(r"\btos (inherit|0x01)", words)


def leaves_df(words, scenario):
    return "nopmtudisc" in words or scenario in ("ipip-external", "ipip-tunl0")


def inherits_ttl(words, scenario):
    return not re.search(r"\bttl [1-9]", words)


def always(words, scenario):
    return True


def only_in(*scenarios):
    return lambda words, scenario: scenario in scenarios


# Statement and rule; where Linux violates it; why that is right.
KNOWN = {
    # RFC 2003: "copied from the inner header". Linux has `tos 0` unless `tos inherit`.
    ("S2003-3.1-03", "IPIP101"): has_own_dscp,
    # RFC 6040 table 1: CE inside, CE outside. INET_ECN_encapsulate() makes ECT(0) of it, as RFC 3168 section 9.1.1 has full functionality.
    ("S6040-4.1-01", "IPIP503"): always,
    # RFC 2003 section 5.1: DF SHOULD be set. `nopmtudisc` copies it; so do tunnels whose metadata is external, and tunl0.
    ("S2003-5.1-04", "IPIP106"): leaves_df,
    # ... so that routers and the kernel itself fragment the outer datagram, where RFC 2003 prefers to fragment the inner one.
    ("S2003-5.1-03", "IPIP117"): leaves_df,
    # External metadata has a DF flag of its own: DF inside, none outside.
    ("S2003-3.1-06", "IPIP105"): only_in("ipip-external"),
    # RFC 2003: "an appropriate value for delivery ... to the tunnel exit". Linux inherits the inner TTL unless `ttl N`.
    ("S2003-3.1-09", "IPIP107"): inherits_ttl,
    # `ttl 1` ends at the first router; in err-crafted such messages were made.
    ("S2003-3.1-09", "IPIP108"): only_in("ipip-ttl-1", "ipip-err-ttl-exceeded", "ipip-err-crafted"),
    # A raw socket sent TTL 0 into the device. ip_tunnel_xmit() looks at no TTL: it encapsulates it, inherits 0, and the far end delivers it.
    ("S2003-3.1-09", "IPIP608"): only_in("ipip-inner-ttl"),
    ("S2003-3.1-21", "IPIP115"): only_in("ipip-inner-ttl"),
    ("S2003-3.1-23", "IPIP407"): only_in("ipip-inner-ttl"),
    # A TTL that is inherited expires in the tunnel: ipip_err() ignores time exceeded then.
    ("S2003-4.4-01", "IPIP308"): only_in("ipip-inner-ttl"),
    # Unreachable is relayed for the next datagram, for 30 s: the sender came back after 31.
    ("S2003-4.1-04", "IPIP303"): only_in("ipip-err-softstate"),
    # The exit has no tunnel for these addresses.
    ("S2003-2-01", "IPIP311"): only_in("ipip-err-no-remote-tunnel"),
    # tnl_update_pmtu() answers a datagram that is too large and drops it: section 5 would send it on, too.
    ("S2003-5-03", "IPIP313"): only_in("ipip-err-crafted"),
    # DF clear inside, set outside by `pmtudisc`: larger than the path MTU, they are dropped without a word.
    ("S2003-5.1-01", "IPIP318"): only_in("ipip-pmtu-1300-pmtudisc"),
    # Crafted packets were put straight into the device, which looks at nothing of this.
    ("S2003-3.1-04", "IPIP103"): only_in("ipip-malformed-tx"),
    ("S2003-3.1-10", "IPIP100"): only_in("ipip-malformed-tx"),
    ("S2003-3.2-03", "IPIP202"): only_in("ipip-malformed-tx"),
}

# What Linux demonstrably does right, between the LAN and the wire.
CONFORMS = {
    "ipip-tos-inherit": "S2003-3.1-03 S2003-3.1-17 S2003-3-03",
    "ipip-ttl-64": "S2003-3.1-06 S2003-3.1-07 S2003-3.1-09 S2003-3.1-11 S2003-5.1-04",
    "ipip-err-net-unreach": "S2003-4.1-01",
    "ipip-err-no-remote-tunnel": "S2003-4.1-06",
    "ipip-pmtu-1300-pmtudisc": "S2003-4.1-07 S2003-5.1-02 S1191-3-01",
    "ipip-err-crafted": "S2003-4.1-06 S2003-4.1-09 S2003-4.2-01 S2003-4.3-02 S2003-4.5-02",
    "ipip-traceroute": "S2003-3.1-20 S2003-3.1-21 S2003-3.1-24",
}

# On the wire there is no IPv4 in IPv4.
OF_OTHER_KINDS = ("ipip-esp-transport", "ipip-mplsip")


class Kernel(unittest.TestCase):
    def test_what_linux_violates_is_known(self):
        met = set()
        for folder in sorted(path for path in harness.KERNEL.iterdir() if path.is_dir()):
            for inner, outer, namespace in PAIRS:
                paths = [folder / (name + ".pcap") for name in (inner, outer)]
                if not all(path.exists() for path in paths):
                    continue
                with self.subTest(scenario=folder.name, captures=(inner, outer)):
                    if folder.name in OF_OTHER_KINDS:
                        self.assertEqual(harness.run("conform", *paths).returncode, 2)
                        continue
                    result, statements, _ = conform(*paths)
                    self.assertIn(result.returncode, (0, 1), result.stderr)
                    for id, (rule, _) in violated(statements).items():
                        self.assertIn((id, rule), KNOWN)
                        self.assertTrue(KNOWN[id, rule](words_of(folder, namespace), folder.name), (id, rule))
                        met.add((id, rule))
        self.assertEqual(met, set(KNOWN))

    def test_what_linux_does_right(self):
        for scenario, ids in CONFORMS.items():
            folder = harness.KERNEL / scenario
            statements = conform(folder / "lan1.pcap", folder / "outer.pcap")[1]
            for id in ids.split():
                with self.subTest(scenario=scenario, id=id):
                    self.assertEqual(statements[id]["verdict"], "conforms")

    def test_what_its_exit_does_right(self):
        """All 16 pairs of ECN fields were sent."""
        folder = harness.KERNEL / "ipip-ecn-decap"
        statements = conform(folder / "inner2.pcap", folder / "outer2.pcap")[1]
        self.assertEqual({statements[id]["verdict"] for id in ("S6040-4.2-01", "S6040-4.2-02", "S2003-3.1-22")}, {"conforms"})


if __name__ == "__main__":
    harness.main()
