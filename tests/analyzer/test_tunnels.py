# SPDX-License-Identifier: GPL-2.0-or-later
"""ipip tunnels against what a Linux kernel was told: `ip tunnel` lines on one side, what their packets show on the other.

A statement is right if it names what was configured, or says that it is not observable and names it among what is possible.
Captured is each direction where its encapsulator sends: outer.pcap for ns1, outer2.pcap for ns2.
"""

import json
import re
import tempfile
import unittest
from collections import Counter
from pathlib import Path

import harness
from harness import KERNEL
from flow_vectors import FLOW, FLOW_VARIANTS
from icmp_vectors import ICMP, ICMP_VARIANTS
from packets import After, error, ethernet, icmp, ipv4, next_hop_mtu, pcap, tcp, udp
from vectors import A, B, HOST, PEER, VECTORS, fragments, inner, nested, outer

ENTRY = {"ns1": "outer", "ns2": "outer2"}
FEW = 20  # no implementation is named by fewer packets
NS1, NS2 = "10.10.10.2", "10.10.20.2"

# Crafted packets with other TTLs share the tunnel's addresses.
CRAFTED_TTL = {"ipip-ecn-decap", "ipip-inner-ttl", "ipip-outer-fragments", "ipip-remote-any", "ipip-wrong-source"}


def tunnels(*arguments, stdin=None):
    result = harness.run("tunnels", "--format", "jsonl", *arguments, stdin=stdin)
    lines = [json.loads(line) for line in result.stdout.splitlines()]
    return {(line["src"], line["dst"]): line for line in lines[:-1]}, result


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


def vector_cases():
    return [*VECTORS.values(), *FLOW.values(), *ICMP.values(), *(vector for _, vector in FLOW_VARIANTS + ICMP_VARIANTS)]


class Kernel(unittest.TestCase):
    def test_no_wrong_statement(self):
        directions = 0
        for name, ns, command in expectations():
            capture = KERNEL / name / (ENTRY[ns] + ".pcap")
            local, remote = option(command, "local"), option(command, "remote")
            seen = tunnels("--vantage", "entry", capture)[0].get((local, remote))
            if seen is None or seen["packets"] == 0:
                continue  # nothing went that way
            directions += 1
            for field, truth in configured(command).items():
                with self.subTest(name, ns=ns, field=field):
                    self.assertIn(truth, seen[field]["behaviour"].split(" or "))
                    if ns == "ns1" and (name, field) in CERTAIN:
                        self.assertEqual((seen[field]["behaviour"], seen[field]["sureness"]), (CERTAIN[name, field], "certain"))
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
            for (src, dst), line in tunnels(path)[0].items():
                routers, sureness = truth.get((path.stem, src, dst)), line["path"]["sureness"]
                if routers is None or path.parent.name in CRAFTED_TTL:
                    continue
                said[sureness] += 1
                with self.subTest(path=harness.label(path), src=src):
                    if sureness == "at least":
                        self.assertLessEqual(line["path"]["routers"], routers)
                    elif sureness != "not observable":
                        self.assertEqual(line["path"]["routers"], routers)
        self.assertGreaterEqual(said["certain"], 3)
        self.assertGreater(said["likely"], 20)

    def test_path_mtu(self):
        """The router's link takes 1300 octets, and it said so."""
        for name in ("pmtudisc", "nopmtudisc"):
            line = tunnels(KERNEL / ("ipip-pmtu-1300-%s" % name) / "outer.pcap")[0][NS1, NS2]
            self.assertEqual(line["path"]["mtu"], 1300)
        self.assertIsNone(tunnels(KERNEL / "ipip-default" / "outer.pcap")[0][NS1, NS2]["path"]["mtu"])

    def test_lightweight_tunnels_clear_df(self):
        for line in tunnels(KERNEL / "ipip-external" / "outer.pcap")[0].values():
            self.assertIn("clear", line["df"]["behaviour"].split(" or "))
        forward = tunnels(KERNEL / "ipip-external" / "outer.pcap")[0]["10.10.10.2", "10.10.20.2"]
        self.assertEqual((forward["df"]["behaviour"], forward["command"]), ("clear", None))


def packets(count, **make):
    """Packets of one tunnel; each option is a function of the number of the packet: inner_ttl, ttl, inner_tos, ..."""
    frames = []
    for i in range(count):
        values = {name: value(i) for name, value in make.items()}
        inside = inner(**{name[6:]: value for name, value in values.items() if name.startswith("inner_")})
        frames.append(ethernet(outer(inside, **{name: value for name, value in values.items() if not name.startswith("inner_")})))
    return pcap(frames)


class Implementations(unittest.TestCase):
    """By the book of what each implementation makes, on packets of our own."""

    def infer(self, **make):
        lines, result = tunnels("-", stdin=packets(24, **make))
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
            self.assertEqual((line[field]["behaviour"], line[field]["sureness"]), ("", "varies"), field)
        self.assertIsNone(line["profile"])
        self.assertIsNone(line["command"])

    def test_a_stray_packet_is_outvoted(self):
        line = self.infer(ttl=lambda i: 9 if i == 11 else 64, inner_ttl=lambda i: 100 + i)
        self.assertEqual((line["ttl"]["behaviour"], line["ttl"]["sureness"], line["ttl"]["agree"]), ("fixed 64", "likely", 23))

    def test_few_packets_name_nobody(self):
        """19 are too few, 20 are not."""
        for count, words in ((FEW - 1, None), (FEW, "linux")):
            capture = packets(count, id=lambda i: 7 + i, inner_ttl=lambda i: 40 + i, inner_tos=lambda i: i % 4, tos=lambda i: (0, 1, 2, 2)[i % 4],
                              inner_df=lambda i: i % 2 == 0)
            self.assertEqual(tunnels("-", stdin=capture)[0][A, B]["profile"], words)
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
        capture = packets(60, ttl=lambda i: 60 if i % 3 == 0 else 61, **common)
        line = tunnels("-", stdin=capture)[0][A, B]
        self.assertEqual((line["ttl"]["behaviour"], line["ttl"]["entry"]), ("fixed 60..61", None))
        line = tunnels("-", stdin=packets(60, ttl=lambda i: 61 if i % 3 == 0 else 62, **common))[0][A, B]
        self.assertEqual(line["ttl"]["entry"], {"ttl": 64, "sureness": "likely", "by": "nearest", "routers": [2, 3]})
        line = tunnels("-", stdin=packets(60, ttl=lambda i: 60 + i % 2, **common))[0][A, B]
        self.assertEqual(line["ttl"]["sureness"], "varies")

    def test_encapsulators_that_share_a_source(self):
        line = self.infer(id=lambda i: (500 if i % 2 else 40000) + i // 2, inner_id=lambda i: 9 * i)
        self.assertEqual((line["encapsulators"], line["id"]["behaviour"], line["profile"]), (2, "counter", "linux"))
        line = self.infer(id=lambda i: 500 + i + 5000 * (i // 12), inner_id=lambda i: 9 * i)
        self.assertNotIn("encapsulators", line)
        self.assertEqual(line["id"]["behaviour"], "counter")


class EntryTtl(unittest.TestCase):
    """A TTL is configured where it is known at the entry, and nowhere else."""

    def seen(self, ttl, *arguments, back=()):
        frames = [ethernet(outer(inner(ttl=70 + i, df=False), ttl=ttl, id=i)) for i in range(24)] + list(back)
        result = harness.run("tunnels", *arguments, "-", stdin=pcap(frames))
        line = tunnels(*arguments, "-", stdin=pcap(frames))[0][A, B]
        return line, result.stdout.decode()

    def test_at_the_entry(self):
        for ttl in (64, 128, 255):
            line, text = self.seen(ttl)
            self.assertEqual(line["ttl"]["entry"], {"ttl": ttl, "sureness": "likely", "by": "initial", "routers": [0, 0]})
            self.assertTrue(line["command"].endswith(" ttl %d" % ttl))
            self.assertNotIn("command_note", line)
            self.assertNotIn("as captured", text)
        for vantage in ("entry", "host-tx"):
            line, text = self.seen(61, "--vantage", vantage)
            self.assertEqual((line["ttl"]["entry"]["by"], line["ttl"]["entry"]["sureness"]), ("vantage", "certain"))
            self.assertTrue(line["command"].endswith(" ttl 61"))
            self.assertNotIn("as captured", text)

    def test_behind_routers(self):
        line, text = self.seen(61)
        self.assertEqual(line["ttl"]["entry"], {"ttl": 64, "sureness": "likely", "by": "nearest", "routers": [3, 3]})
        self.assertIn("fixed 61 as captured ", text)
        self.assertRegex(text, r"\n  entry ttl  64, 3 routers before +likely, by the nearest initial TTL\n")
        self.assertNotIn("ttl", line["command"])
        self.assertEqual(line["command_note"], "ttl is left out: captured behind routers, 64 at the entry is likely")
        self.assertRegex(text, r"\n  command .*\n +ttl is left out: captured behind routers")
        line, text = self.seen(33)
        self.assertIsNone(line["ttl"]["entry"])
        self.assertIn("fixed 33 as captured ", text)
        self.assertEqual(line["command_note"], "ttl is left out: it is not known how many routers came before")
        self.assertNotIn("ttl", line["command"])

    def test_path_to_the_entry(self):
        """A packet to it left here with TTL 50, and arrived there with 48."""
        sent = [ethernet(outer(inner(src=PEER, dst=HOST), src=B, dst=A, ttl=50, id=900 + i)) for i in range(8)]
        refusal = error(3, 2, outer(inner(src=PEER, dst=HOST), src=B, dst=A, ttl=48, id=907), A, dst=B)
        line, text = self.seen(61, back=[*sent, ethernet(refusal)])
        self.assertEqual(line["ttl"]["entry"], {"ttl": 63, "sureness": "likely", "by": "icmp", "routers": [2, 2]})
        self.assertTrue(line["command"].endswith(" ttl 63"))
        self.assertRegex(text, r"\n  entry ttl  63, 2 routers before +likely, by ICMP\n")
        self.assertNotIn("command_note", line)

    def test_vantage_is_checked(self):
        result = harness.run("tunnels", "--vantage", "nowhere", "-", stdin="")
        self.assertEqual(result.returncode, 2)
        self.assertIn("host-tx", result.stderr)


class OneObserver(unittest.TestCase):
    """`check` and `tunnels` agree on whether the outer TTL follows the inner one (IPIP107)."""

    def compare(self, capture):
        with tempfile.TemporaryDirectory() as folder:
            path = capture
            if isinstance(capture, bytes):
                path = Path(folder, "case.pcap")
                path.write_bytes(capture)
            said = {tuple(finding["tunnel"][end] for end in ("src", "dst")) for finding in harness.Check("--no-config", path).of("IPIP107")}
            lines = tunnels(path)[0]
        for ends, line in lines.items():
            if line["packets"] == 0:
                self.assertNotIn(ends, said)
                continue
            ttl = line["ttl"]
            if ends in said:
                self.assertTrue(ttl["behaviour"].startswith("inherit"), ttl)
            elif line["packets"] >= FEW:
                self.assertFalse(ttl["behaviour"].startswith("inherit") and ttl["sureness"] == "certain", ttl)
        return said

    def test_vectors_and_kernel(self):
        captures = harness.kernel_captures()
        for vector in vector_cases():
            captures += [pcap(frames, vector.link_type, captured=vector.captured)
                         for frames in (vector.fail, vector.clean, vector.unknown) if frames]
        said = harness.each(self.compare, captures)
        self.assertGreater(sum(map(bool, said)), 10)

    def test_strays(self):
        """Most inner TTLs are 64 as the outer one: one stray outer TTL makes no habit of that."""
        common = {"inner_ttl": lambda i: {40: 128, 41: 255}.get(i, 64), "id": lambda i: i, "inner_id": lambda i: 3 * i}
        self.assertFalse(self.compare(packets(100, ttl=lambda i: 9 if i == 50 else 64, **common)))
        self.assertFalse(self.compare(packets(100, ttl=lambda i: 64, **common)))

    def test_the_threshold(self):
        """19 in 20 are a habit for both, 92 in 100 for neither."""
        for strays, is_habit in ((4, True), (8, False)):
            capture = packets(100, id=lambda i: i, inner_id=lambda i: 3 * i, inner_ttl=lambda i: 60 + i % 40, ttl=lambda i: 7 + 5 * i % 30 if i % 12 == 5 and i < 12 * strays else 58 + i % 40)
            self.assertEqual(bool(self.compare(capture)), is_habit)
            self.assertEqual(tunnels("-", stdin=capture)[0][A, B]["ttl"]["behaviour"], "inherit, 2 hops ago" if is_habit else "")


SYN, ACK, RST = 2, 0x10, 4
MSS_1460 = b"\x02\x04\x05\xb4"


def segment(seconds, octets=0, seq=1, ack=1, flags=ACK, back=False, beside=False, sport=40000, **options):
    """A TCP segment with so many octets in the tunnel, or beside it; `back`: the other way."""
    ends, ports, tunnel = ((PEER, HOST), (80, sport), (B, A)) if back else ((HOST, PEER), (sport, 80), (A, B))
    packet = ipv4(*ends, tcp(*ends, bytes(octets), *ports, flags, seq=seq, ack=ack, **options), protocol=6, df=True)
    return After(seconds, ethernet(packet if beside else outer(packet, *tunnel)))


def handshake(mss=MSS_1460, sport=40000):
    return [segment(0.01, seq=0, flags=SYN, options=mss, sport=sport),
            segment(0.01, seq=0, flags=SYN | ACK, options=mss, back=True, sport=sport)]


def resent(octets=1440, times=5, seq=201, sport=40000):
    return [segment(1, octets, seq=seq, sport=sport) for _ in range(times)]


class Sizes(unittest.TestCase):
    """What gets through: MSS, the largest that was answered, what never is, and what follows."""

    START = [*handshake(), segment(0.01, 200), segment(0.01, ack=201, back=True)]

    def sizes(self, *frames, start=START):
        line = tunnels("-", stdin=pcap([*start, *frames]))[0][A, B]
        return line["sizes"]

    def test_black_hole(self):
        self.assertEqual(self.sizes(*resent()),
                         {"mss": [1460, 1460], "handshakes": 1, "answered": 240, "unanswered": [{"octets": 1480, "flows": 1}],
                          "arithmetic": "240 + 20 got through, 1480 + 20 did not: path MTU 260 to 1499", "mtu": 556,
                          "advice": "ip link set tun0 mtu 556, or clamp TCP MSS to 516; find the router that drops without ICMP 3/4"})
        text = harness.run("tunnels", "-", stdin=pcap([*self.START, *resent()])).stdout.decode()
        self.assertIn("\n  unanswered 1480 octets inside, in 1 flow: sent again and again, and never acknowledged\n", text)

    def test_flows_are_counted(self):
        others = [frame for n in (1, 2) for frame in handshake(sport=40000 + n) + resent(sport=40000 + n)]
        self.assertEqual(self.sizes(*resent(), *others)["unanswered"], [{"octets": 1480, "flows": 3}])

    def test_the_largest_that_got_through_is_the_advice(self):
        frames = [segment(0.1, 1300, seq=201), segment(0.1, ack=1501, back=True)]
        sizes = self.sizes(*frames, *resent(seq=1501))
        self.assertEqual((sizes["answered"], sizes["mtu"]), (1340, 1340))

    def test_neighbours(self):
        """Not lost: sent twice only, for a short time, acknowledged late, by SACK or beside the tunnel, reset, a closed window."""
        sack = b"\x01\x01\x05\x0a" + (201).to_bytes(4, "big") + (1641).to_bytes(4, "big")
        for name, frames in {"twice": resent(times=2),
                             "quickly": [segment(0.3, 1440, seq=201) for _ in range(8)],
                             "late": [*resent(), segment(9, ack=1641, back=True)],
                             "beside": [*resent(), segment(9, ack=1641, back=True, beside=True)],
                             "selective": [*resent(times=2), segment(1, ack=201, back=True, options=sack), *resent(times=1)],
                             "closed": [segment(0.1, ack=201, back=True, window=0), *resent()]}.items():
            with self.subTest(name):
                sizes = self.sizes(*frames)
                self.assertEqual(sizes["unanswered"], [])
                self.assertEqual(sizes["answered"], 1480 if name in ("late", "beside", "selective") else 240)
        quick = self.sizes(*resent(times=2), segment(0.1, flags=RST | ACK, ack=201, back=True), *resent(times=2))
        self.assertEqual(quick["unanswered"], [])

    def test_worked_around(self):
        """The same octets in smaller pieces got through: the large segment did not."""
        pieces = [segment(0.1, 500, seq=201), segment(0.1, 940, seq=701), segment(0.1, ack=1641, back=True)]
        sizes = self.sizes(*resent(), *pieces)
        self.assertEqual((sizes["answered"], sizes["unanswered"]), (980, [{"octets": 1480, "flows": 1}]))

    def test_plain_loss(self):
        """What is lost is no larger than what got through."""
        frames = [segment(0.1, 1440, seq=201), segment(0.1, ack=1641, back=True)]
        self.assertEqual(self.sizes(*frames, *resent(1000, seq=1641))["unanswered"], [])

    def test_one_way(self):
        """Nothing of the other direction is in the capture: what is answered can't be known."""
        start = [frame for frame in self.START if b"\x0a\0\0\x02\x0a\0\0\x01" not in frame]
        self.assertEqual((len(start), self.sizes(*resent(), start=start)["unanswered"]), (2, []))

    def test_larger_than_the_wire(self):
        """It may be several packets there."""
        self.assertEqual(self.sizes(*resent(4000))["unanswered"], [])

    def test_pings(self):
        def echo(kind, octets, seconds=2, back=False):
            ends, tunnel = ((PEER, HOST), (B, A)) if back else ((HOST, PEER), (A, B))
            return After(seconds, ethernet(outer(ipv4(*ends, icmp(kind, data=bytes(octets)), protocol=1, df=True), *tunnel)))

        small = [echo(8, 56), echo(0, 56, 0.01, back=True)]
        sizes = self.sizes(*small, *[echo(8, 1452) for _ in range(4)], start=[])
        self.assertEqual((sizes["answered"], sizes["unanswered"], sizes["mss"]), (84, [{"octets": 1480, "flows": 1}], None))
        sizes = self.sizes(*small, *[echo(8, 1452) for _ in range(4)], echo(0, 1452, 1, back=True), start=[])
        self.assertEqual((sizes["answered"], sizes["unanswered"], sizes["advice"]), (1480, [], None))

    def test_path_mtu(self):
        """By ICMP it is certain, and what the advice is made of."""
        too_big = error(3, 4, outer(inner(payload=bytes(1460)), id=7), "192.0.2.1", rest=next_hop_mtu(1400))
        sizes = self.sizes(ethernet(outer(inner(payload=bytes(1460)), id=7)), ethernet(too_big))
        self.assertEqual((sizes["arithmetic"], sizes["mtu"], sizes["advice"]),
                         ("path MTU 1400 - 20 = 1380 octets inside; MSS 1460 makes 1500", 1380,
                          "ip link set tun0 mtu 1380, or clamp TCP MSS to 1340"))

    def test_mss(self):
        """1440 + 40 + 20 are 1500 octets, and fit."""
        for mss, advice in ((1460, "ip link set tun0 mtu 1480, or clamp TCP MSS to 1440"), (1440, None), (1441, "ip link set tun0 mtu 1480, or clamp TCP MSS to 1440")):
            self.assertEqual(self.sizes(start=handshake(b"\x02\x04" + mss.to_bytes(2, "big")))["advice"], advice)
        cut = b"\x02\x14\x05\xb4"  # the option is longer than the header
        self.assertEqual(self.sizes(start=handshake(cut))["mss"], None)


class Balancers(unittest.TestCase):
    """Sources that a balancer makes up are summed; those of nodes are not."""

    def balancer(self, sources, each=1, id=lambda source, n: 0, source=lambda source, n: source, df=False, **options):
        return [ethernet(outer(inner(src="10.1.%d.%d" % divmod(i + 1, 250), id=(7 * i + n) & 0xFFFF, df=df),
                               src="172.16.%d.%d" % divmod(source(i, n) + 1, 250), dst="10.0.0.9", id=id(i, n), df=df, **options))
                for n in range(each) for i in range(sources)]

    def said(self, frames, *arguments):
        text = harness.run("tunnels", *arguments, "-", stdin=pcap(frames)).stdout.decode()
        return re.findall(r"^(?:tunnel|sources) .*$", text, flags=re.MULTILINE), text

    def groups(self, frames):
        lines = harness.run("tunnels", "--format", "jsonl", "-", stdin=pcap(frames)).stdout.splitlines()
        lines = [json.loads(line) for line in lines]
        return [line for line in lines if line["type"] == "sources"], [line for line in lines if line["type"] == "tunnel"]

    def test_ten_thousand(self):
        frames = self.balancer(10_000) + [ethernet(outer(inner()))]
        headings, text = self.said(frames)
        self.assertEqual(headings, ["sources 172.16.0.0/16 > 10.0.0.9: 10000 directions (--all lists each)", "tunnel %s > %s" % (A, B)])
        self.assertIn("\n  profile    xdp-lb\n", text)
        self.assertLess(len(text.splitlines()), 50)
        self.assertIn("10001 packets in 1 file: 10001 tunnel directions\n", text)
        self.assertEqual(len(self.said(frames, "--all")[0]), 10_001)
        (group,), each = self.groups(frames)
        self.assertEqual({key: group[key] for key in ("src", "dst", "sources", "packets", "profile")},
                         {"src": "172.16.0.0/16", "dst": "10.0.0.9", "sources": 10_000, "packets": 10_000, "profile": "xdp-lb"})
        self.assertEqual((len(each), group["bytes"]), (10_001, sum(line["bytes"] for line in each if line["dst"] == "10.0.0.9")))
        self.assertEqual((group["df"]["behaviour"], group["ttl"]["behaviour"]), ("copy or clear", "fixed 64 or inherit"))

    def test_identifications(self):
        """Zero, copied, left over: a balancer. Counters of their own: the nodes of a mesh."""
        for name, id, is_group in (("zero", lambda i, n: 0, True), ("copied", lambda i, n: 7 * i + n, True), ("left over", lambda i, n: (i * 40503 + n * 30011) & 0xFFFF, True),
                                   ("constant", lambda i, n: 0x1234, True), ("counters", lambda i, n: 500 * i + 3 * n, False)):
            with self.subTest(name):
                self.assertEqual(len(self.groups(self.balancer(24, 6, id))[0]), is_group)

    def test_neighbours(self):
        """Too few sources, an answer to one, clients that change their source."""
        self.assertEqual(len(self.groups(self.balancer(8, 4))[0]), 1)
        self.assertEqual(self.groups(self.balancer(7, 4))[0], [])
        back = ethernet(outer(inner(src=PEER, dst="10.1.0.1"), src="10.0.0.9", dst="172.16.0.1"))
        self.assertEqual(self.groups(self.balancer(24, 4) + [back])[0], [])
        self.assertEqual(self.groups(self.balancer(24, 4, source=lambda i, n: (i + n) % 24))[0], [])

    def test_what_the_profile_accepts(self):
        """DF lost, Identification 0, TOS 0, nothing the other way; and who can't hear ICMP errors need not relay them."""
        frames = [ethernet(outer(inner(id=n, tos=0xB8 * (n % 2), df=True), src="172.16.0.1", dst="10.0.0.9", id=0, df=False)) for n in range(120)]
        wrong = {"IPIP101", "IPIP105", "IPIP907"}
        self.assertLessEqual(wrong, {finding["rule"] for finding in harness.Check("--no-config", "-", stdin=pcap(frames)).findings})
        check = harness.Check("--no-config", "--profile", "xdp-lb", "-", stdin=pcap(frames))
        self.assertEqual({finding["rule"] for finding in check.findings} & (wrong | {"IPIP106", "IPIP621", "IPIP624", "IPIP626"}), set())
        for rule in ("IPIP303", "IPIP306", "IPIP308", "IPIP312", "IPIP314"):
            capture = pcap(ICMP[rule].fail)
            self.assertTrue(harness.Check("--no-config", "-", stdin=capture).of(rule), rule)
            self.assertEqual(harness.Check("--no-config", "--profile", "xdp-lb", "-", stdin=capture).of(rule), [], rule)
        bad = [ethernet(outer(inner(ttl=0), src="172.16.0.1", dst="10.0.0.9"))]
        self.assertTrue(harness.Check("--no-config", "--profile", "xdp-lb", "-", stdin=pcap(bad)).of("IPIP115"))


class Inventory(unittest.TestCase):
    def test_sizes_and_fragments(self):
        large = inner(payload=udp(HOST, PEER, bytes(200)), df=False)
        frames = fragments(large, 64, 128) + [ethernet(outer(inner(), options=b"\x94\x04\0\0"))]
        lines, _ = tunnels("-", stdin=pcap(frames))
        line = lines[A, B]
        self.assertEqual((line["packets"], line["largest"], line["overhead"], line["fragments"]),
                         (2, 20 + len(large), [20, 24], {"outer": 3, "inner": 0}))
        self.assertEqual(line["bytes"], 20 + len(large) + 24 + len(inner()))

    def test_fragments_alone(self):
        lines, _ = tunnels("-", stdin=pcap(fragments(inner(payload=bytes(200), df=False), 64)[:1]))
        self.assertEqual((lines[A, B]["packets"], lines[A, B]["fragments"]["outer"]), (0, 1))

    def test_nested(self):
        self.assertEqual(len(tunnels("-", stdin=pcap([ethernet(nested(4))]))[0]), 3)

    def test_contract(self):
        result = harness.run("tunnels", "--format", "jsonl", "-", stdin=pcap([ethernet(outer(inner()))]))
        tunnel, summary = map(json.loads, result.stdout.splitlines())
        self.assertEqual({key: tunnel[key] for key in ("type", "mode", "src", "dst", "packets", "first", "last")},
                         {"type": "tunnel", "mode": "ipip", "src": A, "dst": B, "packets": 1,
                          "first": "2023-11-14T22:13:20.125986000Z", "last": "2023-11-14T22:13:20.125986000Z"})
        self.assertEqual(summary, {"type": "summary", "files": 1, "interrupted": False, "packets": 1, "tunnels": 1,
                                   "forgotten": {"tunnel_headers": 0, "paths": 0}})
        self.assertEqual(harness.run("tunnels", "/nonexistent").returncode, 3)
        self.assertEqual(harness.run("tunnels").returncode, 2)


if __name__ == "__main__":
    harness.main()
