# SPDX-License-Identifier: GPL-2.0-or-later
"""ipip tunnels against what a Linux kernel was told: `ip tunnel` lines on one side, what their packets show on the other.

An inference is right if it names what was configured, or is "not observable" and names it among the candidates.
Captured is each direction where its encapsulator sends: outer.pcap for ns1, outer2.pcap for ns2.
"""

import json
import re
import unittest
from collections import Counter

import harness
from harness import KERNEL
from tunnel_packets import A, B, HOST, PEER, cut, fragments, inner, nested, outer
from packets import error, ethernet, pcap, udp
from streams import capture_of

ENTRY = {"ns1": "outer", "ns2": "outer2"}
FEW = 20  # no implementation is named by fewer packets
NS1, NS2 = "10.10.10.2", "10.10.20.2"

# Crafted packets with other TTLs share the tunnel's addresses.
CRAFTED_TTL = {"ipip-ecn-decap", "ipip-inner-ttl", "ipip-outer-fragments", "ipip-remote-any", "ipip-wrong-source"}


def option(command, name):
    found = re.search(r"\b%s (\S+)" % name, command)
    return found.group(1) if found else None


def configured(command):
    """What Linux makes of an `ip tunnel add` line: statement -> behaviour."""
    ttl, tos = option(command, "ttl") or "inherit", option(command, "tos") or "0"
    if tos.startswith("inherit") or int(tos, 0) & 1:  # the lowest bit of the octet is how the kernel says "inherit"
        tos = "inherit"
    else:
        tos = "fixed 0x%02x" % (int(tos, 0) & 0xFC)
    return {"ttl": "inherit" if ttl in ("inherit", "0") else "fixed " + ttl, "tos": tos, "ecn": "rfc3168-full", "id": "counter",
            "df": "copy" if "nopmtudisc" in command else "set"}


# Said with certainty where the traffic was made to show it.
CERTAIN = {
    ("ipip-ttl-64", "ttl"): "fixed 64", ("ipip-ttl-255", "ttl"): "fixed 255", ("ipip-ttl-inherit", "ttl"): "inherit",
    ("ipip-ttl-64", "tos"): "fixed 0x00", ("ipip-tos-10", "tos"): "fixed 0x10", ("ipip-tos-b8", "tos"): "fixed 0xb8",
    ("ipip-tos-inherit", "tos"): "inherit", ("ipip-tos-01", "tos"): "inherit", ("ipip-tos-inherit", "ecn"): "rfc3168-full",
    ("ipip-pmtudisc", "df"): "set", ("ipip-nopmtudisc", "df"): "copy", ("ipip-ttl-64", "df"): "set", ("ipip-ttl-64", "id"): "counter",
}


def expectations():
    """Each scenario's tunnels with both ends: scenario, namespace, command."""
    for path in sorted(KERNEL.glob("*/scenario.json")):
        scenario = json.loads(path.read_text())
        for line in scenario.get("tunnel", []):
            command = line["cmd"]
            if line["ns"] in ENTRY and all(option(command, name) for name in ("local", "remote")) and option(command, "mode") == "ipip":
                yield path.parent.name, line["ns"], command


def reencapsulated(capture, src, command):
    """What `ipip encap` makes of the packets in the tunnel."""
    inner = harness.run("decap", "--only-tunnel", "--ecn-decap", "none", "--filter", "src host " + src, "-w", "-", capture, text=False)
    return harness.run("encap", "--quiet", "--tunnel", command, "-w", "-", "-", stdin=inner.stdout).stdout


class Unread(unittest.TestCase):
    def test_headers_in_no_direction(self):
        """What a tunnel holds was not captured, is none, or of another version: counted, so that the sum is right."""
        frames = [*cut(outer(inner()), 30), ethernet(outer(b"")), ethernet(outer(b"\x60" + bytes(39))), ethernet(outer(inner()))]
        result = harness.run("tunnels", "-", stdin=pcap(frames), text=False)
        self.assertIn(b"4 packets in 1 file: 1 tunnel direction\n  not listed: 3 tunnel headers; what they hold can't be read", result.stdout)
        result = harness.run("tunnels", "--format", "jsonl", "-", stdin=pcap(frames), text=False)
        self.assertEqual(json.loads(result.stdout.splitlines()[-1])["unread_headers"], 3)


class Kernel(unittest.TestCase):
    def test_no_wrong_statement(self):
        directions = 0
        for name, ns, command in expectations():
            capture = KERNEL / name / (ENTRY[ns] + ".pcap")
            local, remote = option(command, "local"), option(command, "remote")
            seen = harness.tunnels("--kinds", "ipip", "--vantage", "entry", capture)[0].get((local, remote))
            if seen is None or seen["packets"] == 0:
                continue  # nothing went that way
            directions += 1
            for field, truth in configured(command).items():
                with self.subTest(name, ns=ns, field=field):
                    self.assertIn(truth, seen[field]["behaviour"].split(" or "))
                    if ns == "ns1" and (name, field) in CERTAIN:
                        self.assertEqual((seen[field]["behaviour"], seen[field]["confidence"]), (CERTAIN[name, field], "certain"))
            with self.subTest(name, ns=ns, command=seen["command"]):
                self.assertEqual(reencapsulated(capture, local, seen["command"]), reencapsulated(capture, local, command))
                if seen["packets"] < FEW:
                    self.assertIsNone(seen["profile"])
                else:
                    self.assertIn("linux", seen["profile"].split(", "))
        self.assertGreater(directions, 50)

    def test_path_to_the_exit(self):
        """The laboratory has one router: it is behind v1 for what ns1 sends, and before it for what comes back."""
        truth = {("outer", NS1, NS2): 1, ("outer", NS2, NS1): 0, ("outer2", NS1, NS2): 0, ("outer2", NS2, NS1): 1}
        said = Counter()
        for path in harness.kernel_captures("outer") + harness.kernel_captures("outer2"):
            for (src, dst), line in harness.tunnels(path)[0].items():
                routers, confidence = truth.get((path.stem, src, dst)), line["path"]["confidence"]
                if routers is None or path.parent.name in CRAFTED_TTL:
                    continue
                said[confidence] += 1
                with self.subTest(path=harness.label(path), src=src):
                    if confidence == "at least":
                        self.assertLessEqual(line["path"]["routers"], routers)
                    elif confidence != "not observable":
                        self.assertEqual(line["path"]["routers"], routers)
        self.assertGreaterEqual(said["certain"], 3)
        self.assertGreater(said["likely"], 20)

    def test_path_mtu(self):
        """The router's link takes 1300 octets, and it said so."""
        for name in ("pmtudisc", "nopmtudisc"):
            line = harness.tunnels(KERNEL / ("ipip-pmtu-1300-%s" % name) / "outer.pcap")[0][NS1, NS2]
            self.assertEqual(line["path"]["mtu"], 1300)
        self.assertIsNone(harness.tunnels(KERNEL / "ipip-default" / "outer.pcap")[0][NS1, NS2]["path"]["mtu"])

    def test_lightweight_tunnels_clear_df(self):
        for line in harness.tunnels(KERNEL / "ipip-external" / "outer.pcap")[0].values():
            self.assertIn("clear", line["df"]["behaviour"].split(" or "))
        forward = harness.tunnels(KERNEL / "ipip-external" / "outer.pcap")[0]["10.10.10.2", "10.10.20.2"]
        self.assertEqual((forward["df"]["behaviour"], forward["command"]), ("clear", None))


class Implementations(unittest.TestCase):
    """By the book of what each implementation makes, on packets of our own."""

    def infer(self, **make):
        lines, result = harness.tunnels("-", stdin=capture_of(24, **make))
        self.assertEqual(result.returncode, 0)
        return lines[A, B]

    def test_vpp(self):
        line = self.infer(ttl=lambda i: 63, id=lambda i: 0, df=lambda i: False, inner_df=lambda i: i % 2 == 0,
                          inner_ttl=lambda i: 40 + i, inner_tos=lambda i: i % 4)
        self.assertEqual(line["profile"], "vpp")
        self.assertEqual([line[field]["behaviour"] for field in ("ttl", "tos", "df", "id")],
                         ["fixed 63", "fixed 0x00 or inherit", "clear", "zero"])
        self.assertEqual(line["ecn"]["behaviour"], "compatibility or rfc3168-limited")
        self.assertIsNone(line["command"])

    def test_gif(self):
        line = self.infer(ttl=lambda i: 29, id=lambda i: 7 + i, df=lambda i: False, inner_df=lambda i: True,
                          inner_ttl=lambda i: 40 + i, inner_tos=lambda i: 0x20 + i, tos=lambda i: 0x20 + i)
        self.assertEqual((line["profile"], line["tos"]["behaviour"], line["ecn"]["behaviour"]), ("gif", "inherit", "normal or copy"))

    def test_linux_2_6_and_3_10(self):
        common = {"inner_ttl": lambda i: 40 + i, "ttl": lambda i: 38 + i, "inner_tos": lambda i: 3, "tos": lambda i: 2}
        line = self.infer(id=lambda i: 0, inner_id=lambda i: 100 + 3 * i, inner_df=lambda i: i % 2 == 0, **common)
        self.assertEqual((line["profile"], line["ttl"]["behaviour"]), ("linux-2.6", "inherit, 2 hops ago"))
        self.assertEqual(line["id"]["behaviour"], "zero or zero-with-df")
        line = self.infer(id=lambda i: 100 + i if i % 2 else 0, df=lambda i: i % 2 == 0, inner_df=lambda i: i % 2 == 0, **common)
        self.assertEqual((line["profile"], line["id"]["behaviour"]), ("linux-2.6", "zero-with-df"))
        line = self.infer(id=lambda i: 100 + 3 * i, inner_id=lambda i: 100 + 3 * i, **common)
        self.assertEqual((line["profile"], line["id"]["behaviour"]), ("linux-3.10", "copy"))

    def test_varies(self):
        line = self.infer(ttl=lambda i: 30 + i * 7, inner_ttl=lambda i: 64, tos=lambda i: 4 * (i % 8), id=lambda i: i * 40503 & 0xFFFF)
        for field in ("ttl", "tos", "id"):
            self.assertEqual((line[field]["behaviour"], line[field]["confidence"]), ("", "varies"), field)
        self.assertIsNone(line["profile"])
        self.assertIsNone(line["command"])

    def test_a_stray_packet_is_outvoted(self):
        line = self.infer(ttl=lambda i: 9 if i == 11 else 64, inner_ttl=lambda i: 100 + i, id=lambda i: i)
        self.assertEqual((line["ttl"]["behaviour"], line["ttl"]["confidence"], line["ttl"]["agree"]), ("fixed 64", "likely", 23))

    def test_few_packets_name_nobody(self):
        """19 are too few, 20 are not."""
        for count, words in ((FEW - 1, None), (FEW, "linux")):
            capture = capture_of(count, id=lambda i: 7 + i, inner_ttl=lambda i: 40 + i, inner_tos=lambda i: i % 4, tos=lambda i: (0, 1, 2, 2)[i % 4],
                              inner_df=lambda i: i % 2 == 0)
            self.assertEqual(harness.tunnels("-", stdin=capture)[0][A, B]["profile"], words)
            text = harness.run("tunnels", "-", stdin=capture).stdout.decode()
            self.assertRegex(text, r"\n  profile    %s\n" % (words or "too few packets"))

    def test_marks_of_routers(self):
        """CE on what is ECT outside, and one mark that is against the rules, leave the mode known."""
        ecn = lambda i: (0, 1, 2, 3)[i % 4]
        line = self.infer(inner_tos=ecn, tos=lambda i: 3 if i in (1, 2, 4) else ecn(i))
        self.assertEqual((line["ecn"]["behaviour"], line["ecn"]["agree"]), ("normal or rfc3168-full or copy", 24))

    def test_equal_cost_paths(self):
        """Flows with a TTL each, and packets with any."""
        common = {"inner_src": lambda i: "10.1.0.%d" % (1 + i % 3), "inner_ttl": lambda i: 128 if i % 3 == 2 else 64}
        capture = capture_of(60, ttl=lambda i: 60 if i % 3 == 0 else 61, **common)
        line = harness.tunnels("-", stdin=capture)[0][A, B]
        self.assertEqual((line["ttl"]["behaviour"], line["ttl"]["entry"]), ("fixed 60..61", None))
        line = harness.tunnels("-", stdin=capture_of(60, ttl=lambda i: 61 if i % 3 == 0 else 62, **common))[0][A, B]
        self.assertEqual(line["ttl"]["entry"], {"ttl": 64, "confidence": "likely", "by": "nearest", "routers": [2, 3]})
        line = harness.tunnels("-", stdin=capture_of(60, ttl=lambda i: 60 + i % 2, **common))[0][A, B]
        self.assertEqual(line["ttl"]["confidence"], "varies")

    def test_encapsulators_that_share_a_source(self):
        line = self.infer(id=lambda i: (500 if i % 2 else 40000) + i // 2, inner_id=lambda i: 9 * i)
        self.assertEqual((line["encapsulators"], line["id"]["behaviour"], line["profile"]), (2, "counter", "linux"))
        line = self.infer(id=lambda i: 500 + i + 5000 * (i // 12), inner_id=lambda i: 9 * i)
        self.assertNotIn("encapsulators", line)
        self.assertEqual(line["id"]["behaviour"], "counter")


class EntryTtl(unittest.TestCase):
    """A TTL is configured where it is known at the entry, and nowhere else."""

    def seen(self, ttl, *arguments, back=()):
        frames = [ethernet(outer(inner(ttl=70 + i, tos=0x28, df=False), ttl=ttl, id=i)) for i in range(24)] + list(back)
        result = harness.run("tunnels", *arguments, "-", stdin=pcap(frames))
        line = harness.tunnels(*arguments, "-", stdin=pcap(frames))[0][A, B]
        return line, result.stdout.decode()

    def test_at_the_entry(self):
        for ttl in (64, 128, 255):
            line, text = self.seen(ttl)
            self.assertEqual(line["ttl"]["entry"], {"ttl": ttl, "confidence": "likely", "by": "initial", "routers": [0, 0]})
            self.assertTrue(line["command"].endswith(" ttl %d" % ttl))
            self.assertNotIn("command_note", line)
            self.assertNotIn("as captured", text)
        for vantage in ("entry", "host-tx"):
            line, text = self.seen(61, "--vantage", vantage)
            self.assertEqual((line["ttl"]["entry"]["by"], line["ttl"]["entry"]["confidence"]), ("vantage", "certain"))
            self.assertTrue(line["command"].endswith(" ttl 61"))
            self.assertNotIn("as captured", text)

    def test_behind_routers(self):
        line, text = self.seen(61)
        self.assertEqual(line["ttl"]["entry"], {"ttl": 64, "confidence": "likely", "by": "nearest", "routers": [3, 3]})
        self.assertIn("fixed 61 as captured ", text)
        self.assertRegex(text, r"\n  entry ttl  64, 3 routers before +likely, by the nearest initial TTL\n")
        self.assertNotIn("ttl", line["command"])
        self.assertEqual(line["command_note"], "ttl is left out: captured behind routers, 64 at the entry is likely")
        self.assertRegex(text, r"\n  command .*\n +ttl is left out: captured behind routers")
        line, text = self.seen(33)
        self.assertIsNone(line["ttl"]["entry"])
        self.assertIn("fixed 33 as captured ", text)
        self.assertEqual(line["command_note"], "ttl is left out: the number of routers before the capture point is unknown")
        self.assertNotIn("ttl", line["command"])

    def test_what_the_command_leaves_out(self):
        """A TOS or DF that is copied or fixed is not known; nopmtudisc is where DF was clear once, as ip-tunnel has no other setting for it."""
        for name, frames, command, note in (
                ("same TOS", [outer(inner(ttl=70 + i, tos=0x28), tos=0x28, ttl=64, id=i) for i in range(24)], " ttl 64", "tos is left out: fixed 0x28 or inherit"),
                ("fixed TOS", [outer(inner(ttl=70 + i, tos=8 * i), tos=0x28, ttl=64, id=i) for i in range(24)], " ttl 64 tos 0x28", None),
                ("all the same", [outer(inner(tos=0x28, df=True), tos=0x28, df=True)], "",
                 "ttl is left out: fixed 64 or inherit; tos is left out: fixed 0x28 or inherit; df is left out: set or copy"),
                ("DF clear", [outer(inner(tos=0x28, df=False), tos=0, df=False)], " nopmtudisc", "ttl is left out: fixed 64 or inherit")):
            with self.subTest(name):
                capture = pcap([ethernet(frame) for frame in frames])
                line = harness.tunnels("-", stdin=capture)[0][A, B]
                self.assertEqual(line["command"], "ip tunnel add tun0 mode ipip local %s remote %s%s" % (A, B, command))
                self.assertEqual(line.get("command_note"), note)
                shown = harness.run("tunnels", "-", stdin=capture).stdout.decode().partition("  command  ")[2].splitlines()[1:]
                self.assertEqual([words.strip() for words in shown[:shown.index("")]], note.split("; ") if note else [])

    def test_path_to_the_entry(self):
        """A packet to it left here with TTL 50, and arrived there with 48."""
        sent = [ethernet(outer(inner(src=PEER, dst=HOST), src=B, dst=A, ttl=50, id=900 + i)) for i in range(8)]
        refusal = error(3, 2, outer(inner(src=PEER, dst=HOST), src=B, dst=A, ttl=48, id=907), A, dst=B)
        line, text = self.seen(61, back=[*sent, ethernet(refusal)])
        self.assertEqual(line["ttl"]["entry"], {"ttl": 63, "confidence": "likely", "by": "icmp", "routers": [2, 2]})
        self.assertTrue(line["command"].endswith(" ttl 63"))
        self.assertRegex(text, r"\n  entry ttl  63, 2 routers before +likely, by ICMP\n")
        self.assertNotIn("command_note", line)

    def test_vantage_is_checked(self):
        result = harness.run("tunnels", "--vantage", "nowhere", "-", stdin="")
        self.assertEqual(result.returncode, 2)
        self.assertIn("host-tx", result.stderr)


class Inventory(unittest.TestCase):
    def test_sizes_and_fragments(self):
        large = inner(payload=udp(HOST, PEER, bytes(200)), df=False)
        frames = fragments(large, 64, 128) + [ethernet(outer(inner(), options=b"\x94\x04\0\0"))]
        lines, _ = harness.tunnels("-", stdin=pcap(frames))
        line = lines[A, B]
        self.assertEqual((line["packets"], line["largest"], line["overhead"], line["fragments"]),
                         (2, 20 + len(large), [20, 24], {"outer": 3, "inner": 0}))
        self.assertEqual(line["bytes"], 20 + len(large) + 24 + len(inner()))

    def test_fragments_alone(self):
        lines, _ = harness.tunnels("-", stdin=pcap(fragments(inner(payload=bytes(200), df=False), 64)[:1]))
        self.assertEqual((lines[A, B]["packets"], lines[A, B]["fragments"]["outer"]), (0, 1))

    def test_nested(self):
        self.assertEqual(len(harness.tunnels("-", stdin=pcap([ethernet(nested(4))]))[0]), 3)

    def test_contract(self):
        result = harness.run("tunnels", "--format", "jsonl", "-", stdin=pcap([ethernet(outer(inner()))]))
        tunnel, summary = map(json.loads, result.stdout.splitlines())
        self.assertEqual({key: tunnel[key] for key in ("type", "mode", "src", "dst", "packets", "first", "last")},
                         {"type": "tunnel", "mode": "ipip", "src": A, "dst": B, "packets": 1,
                          "first": "2023-11-14T22:13:20.125986000Z", "last": "2023-11-14T22:13:20.125986000Z"})
        self.assertEqual(summary, {"type": "summary", "version": 1, "files": 1, "interrupted": False, "packets": 1, "dropped": 0, "tunnels": 1,
                                   "unread_headers": 0, "forgotten": {"tunnel_headers": 0, "paths": 0}})
        self.assertEqual(harness.run("tunnels", "/nonexistent").returncode, 3)
        self.assertEqual(harness.run("tunnels").returncode, 2)


if __name__ == "__main__":
    harness.main()
