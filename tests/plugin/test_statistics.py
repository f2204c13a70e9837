# SPDX-License-Identifier: GPL-2.0-or-later
"""The statistics: what -z ipip,tree and the others count, in tshark and, as the window asks for them, in sharkd."""

import json
import re
import tempfile
import unittest
from collections import Counter
from pathlib import Path

import harness
from harness import KERNEL, TESTDATA, Check, sharkd, tshark
from packets import ethernet, icmp, ipv4, pcap
from preferences import preferences
from segments import ESTABLISHED, resent, segment
from tunnel_packets import A, B, fragments, inner, nested, outer

SCENARIOS = ("ipip-default", "ipip-tos-inherit", "ipip-ttl-64", "ipip-external", "ipip-nested-5", "ipip-outer-fragments",
             "ipip-pmtu-1300-pmtudisc", "ipip-err-ttl-exceeded", "ipip-traceroute", "ipip-ecn-ce-default", "iplink-nopmtudisc-ttl-64")
FIELDS = {"TTL": "ttl", "TOS": "tos", "ECN": "ecn", "DF": "df", "Identification": "id"}
TAPS = {"tree": "stat:ipip", "tunnels": "nstat:ipip,tunnels", "conversations": "conv:IPIP", "endpoints": "endpt:IPIP"}


def taps(paths, *names):
    """What sharkd answers about each capture, by name."""
    requests = [request for path in paths
                for request in (("load", {"file": str(path)}), *(("tap", {"tap0": TAPS[name]}) for name in names))]
    answers = [answer["result"]["taps"][0] for answer in sharkd(requests) if "taps" in answer["result"]]
    assert len(answers) == len(paths) * len(names)
    return [dict(zip(names, answers[at:at + len(names)])) for at in range(0, len(answers), len(names))]


def counts(node):
    """The counts below a node of the tree, by name."""
    return {sub["name"]: sub["count"] for sub in node.get("sub", []) if sub["count"]}


def trees(*paths):
    return [{node["name"]: counts(node) for node in tap["tree"]["stats"]} for tap in taps(paths, "tree")]


def rows(table):
    """The table of tunnels: its rows by column."""
    names = [column["c"].strip() for column in table["fields"]]
    return [dict(zip(names, row)) for row in table["tables"][0]["i"]]


def directions(path):
    """What the command says of the tunnels."""
    return [json.loads(line) for line in harness.run("tunnels", "--format", "jsonl", path).stdout.splitlines()][:-1]


def mss_words(sizes):
    least, most = sizes["mss"] or (0, 0)
    plural = "" if sizes["handshakes"] == 1 else "s"
    return "" if most == 0 else "%s in %d handshake%s" % (least if least == most else "%d to %d" % (least, most), sizes["handshakes"], plural)


def unanswered_words(sizes):
    lost = min(sizes["unanswered"], key=lambda size: size["octets"], default=None)
    return "" if lost is None else "inner packets of %d octets, in %d flow%s" % (lost["octets"], lost["flows"], "" if lost["flows"] == 1 else "s")


def path_words(path):
    if path["confidence"] == "not observable":
        return ""
    routers = "%d router%s to the exit" % (path["routers"], "" if path["routers"] == 1 else "s")
    return {"at least": "at least %s (certain)", "likely": "%s (likely)", "certain": "%s (certain)"}[path["confidence"]] % routers


def statement(direction, field):
    said = direction.get(field)
    if said is None:
        return ""
    if said["confidence"] == "varies":
        return said["confidence"]
    is_far = "entry" in said and (said["entry"] is None or said["entry"]["routers"] != [0, 0])
    return "%s%s (%s)" % (said["behaviour"], " as captured" if is_far else "", said["confidence"])


def entry_ttl(direction):
    entry = direction.get("ttl", {}).get("entry")
    if entry is None or entry["routers"] == [0, 0]:
        return ""
    least, most = entry["routers"]
    routers = "%d..%d routers" % (least, most) if least != most else "%d router%s" % (least, "" if least == 1 else "s")
    return "%d, %s before (%s)" % (entry["ttl"], routers, entry["confidence"])


def kind_of(direction):
    """The mode, and what tells directions of it apart."""
    words = [direction["mode"]]
    for name, field in (("port", "port"), ("key", "gre_key")):
        words += [name, str(direction[field])] if field in direction else []
    return " ".join(words[:3])


def row_of(direction):
    """The row that there must be, made of what the command says."""
    least, most = direction["overhead"]
    return {"Source": direction["src"], "Destination": direction["dst"], "Packets": direction["packets"],
            **{column: statement(direction, field) for column, field in FIELDS.items()},
            "Overhead": "%d" % least if least == most else "%d to %d" % (least, most), "Largest": direction["largest"],
            "Fragments": sum(direction["fragments"].values()), "Path": path_words(direction["path"]),
            "Path MTU": "%d" % direction["path"]["mtu"] if direction["path"]["mtu"] else "",
            "TTL at the entry": entry_ttl(direction),
            "Vantage": "%(place)s (%(confidence)s)" % direction["vantage"] if "vantage" in direction else "", "Encapsulators": "%d" % direction["encapsulators"] if "encapsulators" in direction else "",
            "MSS": mss_words(direction["sizes"]), "Answered": direction["sizes"]["answered"] or 0,
            "Unanswered": unanswered_words(direction["sizes"]), "Advice": direction["sizes"]["advice"] or "",
            "Profile": direction["profile"] or ("too few packets" if 0 < direction["packets"] < 20 else ""), "Kind": kind_of(direction),
            "Command": direction["command"] or ""}


class Statistics(unittest.TestCase):
    maxDiff = None

    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)

    def capture(self, *frames, name="case.pcap"):
        path = self.folder / name
        path.write_bytes(pcap(frames))
        return path

    def samples(self):
        quote = icmp(3, 1, bytes(4), outer(inner()))
        crafted = self.capture(ethernet(nested(3)), *fragments(inner(payload=bytes(200), df=False), 64, 128),
                               ethernet(ipv4("10.0.0.9", A, quote, protocol=1)), ethernet(outer(inner(), src=B, dst=A)))
        many = [ethernet(outer(inner(src="10.1.0.%d" % (1 + i % 3), ttl=128 if i % 3 == 2 else 64, df=False), ttl=62 - i % 3 // 2,
                               id=(500 if i % 2 else 40000) + i // 2)) for i in range(60)]
        kernel = [path for name in SCENARIOS for path in sorted((KERNEL / name).glob("outer*.pcap"))]
        hole = self.capture(*ESTABLISHED, *resent(times=8), name="hole.pcap")
        late = self.capture(*ESTABLISHED, *resent(), segment(1, ack=1641, back=True, beside=True), name="late.pcap")
        return [crafted, hole, late, self.capture(*many, name="many.pcap"), TESTDATA / "lab.pcapng", TESTDATA / "violations.pcap", TESTDATA / "toobig.pcapng", *kernel]

    def test_tunnels_are_those_of_the_command(self):
        paths, compared = self.samples(), 0
        for path, tap in zip(paths, taps(paths, "tunnels")):
            expected = [row_of(direction) for direction in directions(path)]
            self.assertEqual(rows(tap["tunnels"]), expected, path)
            compared += len(expected)
        print("%d rows are what ipip tunnels says" % compared)

    def test_tunnels_of_other_kinds(self):
        paths, compared = sorted((TESTDATA / "siblings").glob("*/outer.pcap")), Counter()
        # FOU has to be declared, and is UDP without.
        for path, tap in zip(paths, taps(paths, "tunnels")):
            expected, found = [row_of(direction) for direction in directions(path)], rows(tap["tunnels"])
            if path.parent.name == "6rd":  # which shows when the second way is known
                self.assertEqual(["6rd-prefix" in row["Command"] for row in expected], [True, True])
            self.assertEqual(found, expected, path)
            compared.update(row["Kind"].split()[0] for row in expected)
        self.assertGreater(min(compared[kind] for kind in ("gre", "6in4", "4in6", "6in6", "gre6", "esp")), 0)
        print("%d rows of %d kinds are what ipip tunnels says" % (sum(compared.values()), len(compared)))

    def test_declared_port(self):
        path = TESTDATA / "siblings" / "fou-ipip" / "outer.pcap"
        text = tshark("-q", "-r", path, *preferences(["--udp-tunnel", "5555=fou-ipip"]), "-z", "ipip,tunnels").stdout
        rows = re.findall(r"^(10\.10\.\S+) +\|(10\.10\.\S+) +\|.*\|fou port 5555 +\| +(\d+) ", text, re.M)
        found = harness.run("tunnels", "--format", "jsonl", "--udp-tunnel", "5555=fou-ipip", path).stdout.splitlines()[:-1]
        expected = [(one["src"], one["dst"], str(one["packets"])) for one in map(json.loads, found)]
        self.assertEqual(rows, expected)
        self.assertTrue(expected)

    def test_so_many_tunnels(self):
        """The list ends; the last row counts the tunnel headers of what is not in it."""
        listed, layers = 1 << 14, 15
        packets = listed // layers + 100
        frames = []
        for first in range(0, packets * layers, layers):
            packet = inner()
            for number in range(first, first + layers):
                packet = outer(packet, src="172.%d.%d.%d" % (16 + (number >> 16), number >> 8 & 255, number & 255), dst=B)
            frames.append(ethernet(packet))
        [tap] = taps([self.capture(*frames)], "tunnels")
        found = rows(tap["tunnels"])
        self.assertEqual(len(found), listed + 1)
        self.assertEqual({row["Packets"] for row in found[:-1]}, {1})
        last = {column: text for column, text in found[-1].items() if text not in ("", 0)}
        self.assertEqual(last, {"Source": "further ones", "Destination": "not listed", "Packets": packets * layers - listed})

    def test_conversations_and_endpoints(self):
        """Packets and octets of both directions, as the command counts them."""
        paths = self.samples()[:6]
        for path, tap in zip(paths, taps(paths, "conversations", "endpoints")):
            sent, received = Counter(), Counter()
            for direction in directions(path):
                sent[direction["src"], direction["dst"]] += direction["packets"]
                received[direction["dst"]] += direction["bytes"]
            seen, octets = Counter(), Counter()
            for conversation in tap["conversations"]["convs"]:
                ends = conversation["saddr"], conversation["daddr"]
                seen[ends] += conversation["txf"]
                seen[ends[::-1]] += conversation["rxf"]
            for endpoint in tap["endpoints"]["hosts"]:
                octets[endpoint["host"]] += endpoint["rxb"]
            self.assertEqual((+seen, +octets), (+sent, +received), path)
            self.assertTrue(+sent, path)

    def test_rules_are_those_of_the_command(self):
        paths = [TESTDATA / "violations.pcap", TESTDATA / "toobig.pcapng", KERNEL / "ipip-external" / "outer.pcap"]
        for path, tree in zip(paths, trees(*paths)):
            expected = Counter("%(rule)s %(slug)s" % finding for finding in Check(path).findings)
            self.assertEqual(tree["Broken rules"], expected)
            self.assertTrue(expected)

    def test_counts_by_hand(self):
        """Each layer counts, a quote doesn't, a datagram in fragments does once."""
        sized = outer(inner(payload=bytes(1500 - 40)))
        quote = icmp(3, 1, bytes(4), outer(inner()))
        path = self.capture(ethernet(outer(inner(tos=2, ttl=60), ttl=64, tos=3)), ethernet(nested(3)), ethernet(sized),
                            *fragments(inner(payload=bytes(200), df=False), 64, 128),
                            ethernet(ipv4("10.0.0.9", A, quote, protocol=1)), ethernet(inner()))
        found, = trees(path)
        self.assertEqual(found["Outer TTL"], {"64": 5})
        self.assertEqual(found["Inner TTL less outer TTL"], {"-4": 1, "0": 4})
        self.assertEqual(found["ECN, outer over inner"], {"CE over ECT(0)": 1, "Not-ECT over Not-ECT": 4})
        self.assertEqual(found["Tunnels"], {"%s > %s" % (A, B): 3, "10.11.0.1 > 10.11.0.2": 1, "10.10.0.1 > 10.10.0.2": 1})
        self.assertEqual(found["Tunnel packets against the MTU"], {"exactly 1500": 1, "less than 1500": 3, "came in fragments": 1})
        self.assertEqual(found["Total Length of tunnel packets"], {"0-576": 4, "1481-1500": 1})

    def test_against_the_operators_mtu(self):
        path = self.capture(ethernet(outer(inner(payload=bytes(1300)))))
        for mtu, words in ((1339, "more than 1339"), (1340, "exactly 1340"), (1341, "less than 1341")):
            config = "[tunnel %s %s]\nmtu = %d\n" % (A, B, mtu)
            result = tshark("-q", "-r", path, "-z", "ipip,tree", *preferences(config=config))
            self.assertRegex(result.stdout, r"\n %s +1 " % words)

    def test_on_the_command_line(self):
        """One pass and two say the same; a filter counts what it matches."""
        path = TESTDATA / "violations.pcap"
        for name in ("ipip,tree", "ipip,tunnels", "conv,ipip", "endpoints,ipip"):
            once = tshark("-q", "-r", path, "-z", name)
            self.assertIn("172.16.5.126", once.stdout, name)
            self.assertEqual(tshark("-2", "-q", "-r", path, "-z", name).stdout, once.stdout)
        some = tshark("-q", "-r", path, "-z", "ipip,tree,ipip.df_not_propagated").stdout
        self.assertRegex(some, r"\nTunnels +1 ")

    def test_the_table_begins_with_what_people_open_it_for(self):
        """DF, MTU and the command are among the five columns that are in sight when the window opens, 590 pixels wide."""
        [tap] = taps([TESTDATA / "lab.pcapng"], "tunnels")
        self.assertEqual([column["c"].strip() for column in tap["tunnels"]["fields"]][:5],
                         ["Source", "Destination", "DF", "Path MTU", "Command"])

    def test_nothing_to_count(self):
        """No tunnel at all, and a tunnel header with nothing in it."""
        for frame in (ethernet(inner()), ethernet(outer(b"")), ethernet(outer(b"\x45" + bytes(10)))):
            path = self.capture(frame)
            for name in ("ipip,tree", "ipip,tunnels", "conv,ipip", "endpoints,ipip"):
                result = tshark("-q", "-r", path, "-z", name)
                self.assertEqual((result.returncode, result.stderr), (0, ""), name)
                self.assertNotIn(A + " ", result.stdout.replace("Filter", ""))

    def test_listed(self):
        """Where the window finds them, and how sharkd does."""
        info = sharkd([("info", {})])[-1]["result"]
        listed = {entry["tap"] for kind in ("taps", "stats", "nstat", "convs") for entry in info.get(kind, []) if "tap" in entry}
        self.assertLessEqual({"stat:ipip", "nstat:ipip,tunnels", "conv:IPIP", "endpt:IPIP"}, listed)


if __name__ == "__main__":
    harness.require_plugin()
    harness.main()
