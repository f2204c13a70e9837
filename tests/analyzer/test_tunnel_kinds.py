# SPDX-License-Identifier: GPL-2.0-or-later
"""ipip tunnels for every kind: the line that it gives for the packets of a kernel's tunnel, against the one with which the tunnel was made.

Options are compared one by one. What the packets of a scenario can't show is listed, with the reason; everything else must be said, and
nothing more.
"""

import json
import re
import socket
import struct
import unittest

import harness
import sibling_tunnels
from packets import ethernet, ipv4, pcap
from sibling_tunnels import SIBLINGS
from tunnel_kinds import gre_packet, outer6, udp_tunnel
from tunnel_packets import inner

FILE_HEADER = 24  # octets
ENTRY = {"ns1": "outer", "ns2": "outer2"}
# A port is declared; and a mirrored frame is a tunnel only where that is asked for.
CHOSEN = {"fou-ipip": ["--udp-tunnel", "5555=fou-ipip"], "fou-gre": ["--udp-tunnel", "5555=fou-gre"], "gue-ipip": ["--udp-tunnel", "5555=gue"],
          "erspan": ["--kinds", "erspan"]}

# Words for the same: the mode of a type, and numbers.
MODES = {"ipip": "ipip", "gre": "gre", "sit": "sit", "ip6ip": "sit", "isatap": "isatap", "ipip6": "ipip6", "ip6ip6": "ip6ip6", "ip6gre": "ip6gre"}
FLAGS = {"csum", "seq", "nopmtudisc", "ignore-df"}
VALUES = {"local", "remote", "ttl", "hoplimit", "tos", "tclass", "key", "encaplimit", "encap", "encap-sport", "encap-dport", "erspan", "erspan_ver"}
DEFAULTS = {"ttl": {"inherit"}, "tos": {"0"}, "hoplimit": {"64"}, "tclass": {"0"}, "encaplimit": {"4"}, "erspan_ver": {"1"}, "encap-sport": {"auto"}}

# (scenario, option): the namespaces in which it is not said, and why.
SAME_TTL = "all packets inside have this TTL, too"
UNSEEN = {
    ("6rd", "ttl"): ("ns1 ns2", SAME_TTL), ("isatap", "ttl"): ("ns1 ns2", SAME_TTL),
    ("sit-mode-any", "mode"): ("ns1 ns2", "each protocol is a direction of its own"),
    ("ip6tnl-any", "mode"): ("ns1 ns2", "each protocol is a direction of its own"),
    ("sit-iplink-default", "mode"): ("ns1 ns2", "without IPv4 inside it is mode sit"),
}

SAID_BESIDES = {("6rd", "remote"): ("ns2", "a spoofed packet refutes the prefix")}


def options(line):
    """Of a command line: option -> value, without those that say the default."""
    words, said = line.split(), {}
    kind = re.search(r"\btype (\S+)", line)
    mode = re.search(r"\bmode (\S+)", line)
    said["mode"] = MODES.get(mode[1], mode[1]) if mode else "any" if kind and kind[1] in ("sit", "ip6tnl") else kind[1]
    for i, word in enumerate(words):
        if word in FLAGS:
            said[word] = True
        elif word in VALUES:
            value = words[i + 1]
            said[word] = str(int(value, 0)) if re.fullmatch("0x[0-9a-f]+|[0-9]+", value) else value
    return {name: value for name, value in said.items() if value not in DEFAULTS.get(name, ())}


def scenarios():
    for path in sorted(SIBLINGS.glob("*/scenario.json")):
        scenario = json.loads(path.read_text())
        for line in scenario["tunnel"]:
            fou = [more["cmd"] for more in scenario["setup"] if more["ns"] == line["ns"] and more["cmd"].startswith("ip fou add")]
            yield path.parent, line["ns"], line["cmd"], fou


def directions(folder, ns):
    """The lines of `ipip tunnels` for what this end sends."""
    result = harness.run("tunnels", "--format", "jsonl", "--vantage", "entry", *CHOSEN.get(folder.name, ()), folder / (ENTRY[ns] + ".pcap"))
    return [json.loads(line) for line in result.stdout.splitlines()][:-1]


def inside(folder, ns, line):
    """The packets in the tunnel, as a capture."""
    return harness.run("decap", "--quiet", "--only-tunnel", "--ecn-decap", "none", *CHOSEN.get(folder.name, ()), "--kinds", line["mode"],
                       "--filter", "src host " + line["src"], "-w", "-", folder / (ENTRY[ns] + ".pcap"), text=False).stdout


def more_of(folder, ns):
    return sibling_tunnels.more_of(sibling_tunnels.load(folder), ns)


def encapsulated(inner, command, line):
    """With the exit that the packets had, where the line leaves that to the packets."""
    if "remote" not in command and line["mode"] == "6in4":
        command = re.sub("; ip tunnel 6rd[^;]*| 6rd-prefix \\S+", "", command) + " remote " + line["dst"]
        command = command.replace("mode isatap", "mode sit")
    return harness.run("encap", "--quiet", "--tunnel", command, "-w", "-", "-", stdin=inner, text=False).stdout


class Commands(unittest.TestCase):
    def test_as_it_was_made(self):
        back, unseen = set(), set()
        for folder, ns, command, fou in scenarios():
            name, made = folder.name, options(command)
            if made["mode"] == "vti":
                continue
            for line in directions(folder, ns):
                if line["src"] != made["local"]:
                    continue
                with self.subTest(name, ns=ns, kind=line["mode"]):
                    self.assertIsNotNone(line["command"])
                    first, *others = line["command"].split("; ")
                    said = options(first)
                    self.assertEqual(others, fou)
                    for option in made.keys() | said.keys():
                        if said.get(option) == made.get(option):
                            continue
                        if (name, option) in SAID_BESIDES and option not in made and ns in SAID_BESIDES[name, option][0]:
                            continue
                        self.assertIn((name, option), UNSEEN, "%s: said %s, made %s" % (option, said.get(option), made.get(option)))
                        self.assertIn(ns, UNSEEN[name, option][0])
                        unseen.add((name, option))
                    back.add(name)
        self.assertEqual(unseen, set(UNSEEN))  # nothing is excused that is said
        self.assertEqual(len(back), 29)

    def test_security_association(self):
        """What a vti device is told is not on the wire; what xfrm is told is, but for the keys."""
        for ns, spi in (("ns1", "0x00001000"), ("ns2", "0x00002000")):
            folder = SIBLINGS / "vti-null"
            scenario = json.loads((folder / "scenario.json").read_text())
            state = [re.search(r"src (\S+) dst (\S+) proto esp spi (\S+)", line["cmd"]) for line in scenario["setup"] if "xfrm state" in line["cmd"]]
            for line in directions(folder, ns):
                self.assertEqual((line["mode"], line["command"]), ("esp", None))
                spis = {(found[1], found[2]): int(found[3], 0) for found in state if found}
                self.assertIn("src %s dst %s proto esp spi 0x%08x" % (line["src"], line["dst"], spis[line["src"], line["dst"]]), line["command_note"])

    def test_same_packets(self):
        """`ipip encap` makes the same of the packets inside by the line that is given, and by the one with which the tunnel was made."""
        compared = 0
        for folder, ns, command, fou in scenarios():
            for line in directions(folder, ns):
                if line["command"] is None or line["src"] != options(command)["local"] or "mode any" in command:
                    continue
                inner = inside(folder, ns, line)
                with self.subTest(folder.name, ns=ns, command=line["command"]):
                    made = encapsulated(inner, "; ".join([command, *more_of(folder, ns)]), line)
                    self.assertEqual(encapsulated(inner, line["command"], line), made)
                    compared += len(made) > FILE_HEADER
        self.assertGreater(compared, 40)


class NoLine(unittest.TestCase):
    def test_segment_routing(self):
        """No tunnel of Linux' makes the routing header (RFC 8754 section 2)."""
        route = bytes([4, 2, 4, 0]) + bytes(4) + bytes.fromhex("20010db8") + bytes(11) + b"\2"
        for head, next in ((b"", 4), (route, 43)):
            lines, _ = harness.tunnels("-", stdin=pcap([ethernet(outer6(head + inner(), next=next), 0x86DD)] * 4))
            line, = lines.values()
            self.assertEqual(line["command"] is None, bool(head))


    def test_df_cleared(self):
        """Linux' ipip copies the inner DF or sets it, whatever is around it; GRE may be told to ignore it (ip-link(8), ignore-df)."""
        inside = [inner(df=df, id=n) for n, df in enumerate((True, False) * 10)]
        for what, packets, has_line in (
                ("cleared in fou", [udp_tunnel(one, 5555, df=False, id=n) for n, one in enumerate(inside)], False),
                ("copied in fou", [udp_tunnel(one, 5555, df=n % 2 == 0, id=n) for n, one in enumerate(inside)], True),
                ("set in fou", [udp_tunnel(one, 5555, df=True, id=n) for n, one in enumerate(inside)], True),
                ("cleared in GRE", [gre_packet(one, {"df": False, "id": n}) for n, one in enumerate(inside)], True)):
            with self.subTest(what):
                lines, _ = harness.tunnels("--udp-tunnel", "5555=fou-ipip", "-", stdin=pcap([ethernet(packet) for packet in packets]))
                line, = lines.values()
                self.assertEqual(line["command"] is not None, has_line)


class Domains(unittest.TestCase):
    """6rd without configuration (RFC 5969 section 4): the IPv4 address of each site stands behind one prefix."""

    @staticmethod
    def address(prefix, bits, ipv4, host=1):
        high = prefix >> 64 << 64 | int.from_bytes(bytes(map(int, ipv4.split("."))), "big") << (128 - bits - 32)
        return (high | host).to_bytes(16, "big")

    def packet(self, src, dst, inner_src, inner_dst):
        return ethernet(ipv4(src, dst, struct.pack("!IHBB", 6 << 28, 8, 17, 63) + inner_src + inner_dst + b"\x9c\x40\x23\x28\0\x08\0\0", protocol=41, df=True))

    def said(self, *frames):
        """By direction the sub-kind, and what the line for it says of prefix and exit."""
        lines, _ = harness.tunnels("-", stdin=pcap(frames))
        return {key: (line["sub_kind"]["behaviour"], re.findall(r"6rd-prefix (\S+)", line["command"] or ""), "remote" in (line["command"] or ""))
                for key, line in lines.items()}

    def sites(self, bits, prefix, count, relay="192.0.2.99"):
        """Each of them sends to the next one, and to the relay for all else (the second half)."""
        sites = ["10.%d.%d.%d" % (n * 37 + 1, 200 - n * 13, n + 7) for n in range(count)]
        inside = {site: self.address(prefix, bits, site) for site in sites}
        far = bytes.fromhex("2a000001") + bytes(11) + b"\1"
        frames = [self.packet(site, other, inside[site], inside[other]) for site, other in zip(sites, sites[1:] + sites[:1])]
        return sites, frames + [self.packet(site, relay, inside[site], far) for site in sites]

    def test_prefixes(self):
        for bits, text in ((16, "2a01::/16"), (28, "2a01:e30::/28"), (32, "2a01:e35::/32")):
            prefix = int.from_bytes(socket.inet_pton(socket.AF_INET6, text.split("/")[0]), "big")
            sites, frames = self.sites(bits, prefix, 4)
            with self.subTest(text):
                said = self.said(*frames)
                for site, other in zip(sites, sites[1:] + sites[:1]):
                    self.assertEqual(said[site, other], ("6rd " + text, [text], False))
                    self.assertEqual(said[site, "192.0.2.99"], ("6rd " + text, [], True))

    def test_neighbours(self):
        """Three sites that send to a relay only are none; a site with another address inside refutes it; 2002::/16 is 6to4."""
        prefix = 0x2A010E35 << 96
        self.assertEqual({kind for kind, *_ in self.said(*self.sites(32, prefix, 3)[1][3:]).values()}, {"configured"})
        self.assertEqual({kind for kind, *_ in self.said(*self.sites(32, prefix, 4)[1][4:]).values()}, {"6rd 2a01:e35::/32"})
        other = self.packet("10.9.9.9", "192.0.2.99", self.address(prefix, 32, "10.9.9.8"), bytes(15) + b"\2")
        self.assertEqual({kind for kind, *_ in self.said(*self.sites(32, prefix, 5)[1], other).values()}, {"configured"})
        self.assertEqual({kind for kind, *_ in self.said(*self.sites(16, 0x2002 << 112, 5)[1]).values()}, {"6to4"})

    def test_two_sites(self):
        """One that sends to another has two addresses in its packets that fit."""
        for count in (2, 3):
            _, frames = self.sites(32, 0x2A010E35 << 96, count)
            self.assertEqual({kind for kind, *_ in self.said(*frames[:count]).values()}, {"6rd 2a01:e35::/32"})
        self.assertEqual({kind for kind, *_ in self.said(*self.sites(32, 0x2A010E35 << 96, 1)[1][1:]).values()}, {"configured"})


if __name__ == "__main__":
    harness.main()
