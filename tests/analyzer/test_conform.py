# SPDX-License-Identifier: GPL-2.0-or-later
"""`ipip conform`: an end of a tunnel that keeps to the standards conforms; one that breaks a single sentence is charged with that one."""

import html
import html.parser
import json
import re
import struct
import tempfile
import unittest
from functools import lru_cache
from pathlib import Path

import harness
from packets import pcapng_interface, pcapng_packet, pcapng_section
from tunnel_end import LAN, WIRE, Datagram, End, address, checksum


TESTDATA = Path(harness.TESTDATA)


def conform(*arguments):
    result = harness.run("conform", "--format", "jsonl", *arguments)
    lines = [json.loads(line) for line in result.stdout.splitlines()]
    return result, {line["id"]: line for line in lines if line["type"] == "statement"}, lines[-1]


@lru_cache(maxsize=None)
def stimulus(side):
    octets = harness.run("stimulus", "-q", "--side", side, "-w", "-", text=False).stdout
    frames, at = [], 24
    while at < len(octets):
        seconds, microseconds, captured, _ = struct.unpack_from("<IIII", octets, at)
        frames.append((seconds + microseconds / 1e6, octets[at + 30:at + 16 + captured]))
        at += 16 + captured
    return frames


def violated(statements):
    return {id: (line["rule"], line["severity"]) for id, line in statements.items() if line["verdict"] == "violates"}


# What an end breaks, and the statement that is violated by that.
ENTRY = {
    "bad-checksum": "S2003-3.1-11",
    "df-clear": "S2003-3.1-06",
    "df-copied": "S2003-5.1-04",
    "dscp-zero": "S2003-3.1-03",
    "ecn-ect1": "S6040-4.1-01",
    "inner-checksum": "S2003-3-03",
    "inner-df": "S6864-4.3-03",
    "inner-dscp": "S2003-3-03",
    "inner-ecn": "S6040-4.1-03",
    "inner-reserved": "S2003-3-03",
    "long": "S2003-3.1-04",
    "loop": "S2003-3.2-03",
    "no-time-exceeded": "S2003-3.1-20",
    "no-host-unreachable": "S2003-4.1-04",
    "no-unreachable": "S2003-4.1-01",
    "options-copied": "S2003-3.1-14",
    "outer-ttl-0": "S2003-3.1-09",
    "own-source": "S2003-3.2-01",
    "relay-exceeded": "S2003-4.4-01",
    "relay-port": "S2003-4.1-06",
    "relay-protocol": "S2003-4.1-05",
    "relay-quench": "S2003-4.2-01",
    "relay-redirect": "S2003-4.3-02",
    "relay-route-failed": "S2003-4.1-09",
    "reserved-flag": "S2003-3.1-08",
    "short": "S2003-3.1-04",
    "source-loopback": "S2003-3.1-12",
    "ttl-0": "S2003-3.1-21",
    "ttl-copy": "S2003-3.1-09",
    "ttl-kept": "S2003-3.1-17",
    "ttl-twice": "S2003-3.1-17",
}
EXIT = {"decap-ttl-kept": "S2003-3.1-24", "decap-ttl-twice": "S2003-3.1-24", "ecn-cleared": "S6040-4.2-01.20", "ecn-delivered": "S6040-4.2-02"}
AT_THE_DEVICE = {"ttl-twice": "S2003-3.1-18"}
EXIT_AT_THE_DEVICE = {"decap-ttl-twice": "S2003-3.1-22", "ttl-0-delivered": "S2003-3.1-23"}

# Likewise where a router in the tunnel told an MTU. RFC 2003 section 5 has larger datagrams sent on after their sender was told, and
# RFC 1191 section 3 forbids it with a MUST: an end violates the one or the other.
TOLD_MTU = 1300
BEYOND_THE_PATH = {
    "": {"S2003-5-03": "IPIP313"},
    "sent-on": {"S1191-3-01": "IPIP312"},
    "no-too-big": {"S2003-4.1-07": "IPIP306"},
    "mtu-value": {"S2003-5-03": "IPIP313", "S2003-5.1-02": "IPIP314"},
}

# What the stimulus shows of an end that breaks nothing.
SHOWN_OF_AN_ENTRY = """
    S2003-3-01 S2003-3-02 S2003-3-03 S2003-3.1-01 S2003-3.1-02 S2003-3.1-03 S2003-3.1-04 S2003-3.1-06 S2003-3.1-07 S2003-3.1-08
    S2003-3.1-09 S2003-3.1-10 S2003-3.1-11 S2003-3.1-12 S2003-3.1-13 S2003-3.1-14 S2003-3.1-17 S2003-3.1-19 S2003-3.1-20 S2003-3.1-21
    S2003-3.2-01 S2003-3.2-02 S2003-3.2-03 S2003-3.2-04 S2003-4.1-01 S2003-4.1-05 S2003-4.1-06 S2003-4.1-09 S2003-4.2-01 S2003-4.3-02
    S2003-4.4-01 S2003-4.5-02 S2003-5.1-04 S6040-4.1-01 S6040-4.1-03 S6040-4.3-01 S6040-4.3-03 S6864-4.3-03"""
SHOWN_OF_AN_EXIT = "S2003-3-06 S2003-3.1-23 S2003-3.1-24 S2003-6.2-01 S6040-4.2-02 " + " ".join("S6040-4.2-01.%d%d" % (i, o) for i in range(4) for o in range(4) if (i, o) != (0, 3))


class Addresses(unittest.TestCase):
    def test_of_a_lab(self):
        """Addresses for documentation violate nothing; that they are the device's is not shown either."""
        lan = harness.TESTDATA / "kernel" / "ipip-ttl-64" / "inner.pcap"
        for words, verdict in (("local 192.0.2.1 remote 192.0.2.2", "not-exercised"), ("local 127.0.0.1 remote 192.0.2.2", "violates")):
            with tempfile.TemporaryDirectory() as folder:
                wire = Path(folder, "wire.pcap")
                harness.run("encap", "-q", "--tunnel", words, "-w", wire, lan)
                statements = conform("--no-config", lan, wire)[1]
                self.assertEqual((statements["S2003-3.1-12"]["verdict"], statements["S2003-3.1-13"]["verdict"]), (verdict, "conforms"))


def datagram(number, octets, src="10.1.0.7", dst="10.2.0.7"):
    return Datagram.make(address(src), address(dst), 17, struct.pack(">HHHH", 40000, 9, octets - 20, 0) + bytes(octets - 28), id=number, df=True)


def from_inside(end, type, code, rest, quoted):
    """An ICMP error of a router about the latest tunnel packet, of which it quotes so many octets."""
    message = struct.pack(">BBHHH", type, code, 0, 0, rest) + end.sent[WIRE][-1][1][:quoted]
    return Datagram.make(address("10.0.1.99"), end.local, 1, message[:2] + struct.pack(">H", checksum(message)) + message[4:])


class Ends(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)

    def made(self, broken="", side="entry", is_device=False):
        return End(broken, is_device).run(stimulus(side), side == "exit").write(self.folder)

    def assert_one(self, cases, *how):
        for broken, id in cases.items():
            with self.subTest(broken=broken):
                result, statements, last = conform(*self.made(broken, *how))
                self.assertEqual(list(violated(statements)), [id], result.stderr)
                self.assertEqual(last["violates"], 1)
                severity = statements[id]["severity"]
                self.assertEqual(result.returncode, 0 if severity == "note" else 1)
                self.assertIn(statements[id]["rule"], statements[id]["rules"])
                self.assertGreater(statements[id]["packets"][0]["frame"], 0)

    def test_an_entry_that_breaks_one(self):
        self.assert_one(ENTRY)

    def test_an_exit_that_breaks_one(self):
        self.assert_one(EXIT, "exit")

    def test_an_exit_that_knows_rfc_2003_only(self):
        """Every cell in which the outer field should have changed something."""
        statements = conform(*self.made("ecn-ignored", "exit"))[1]
        self.assertEqual(set(violated(statements)), {"S6040-4.2-01.%d%d" % cell for cell in ((1, 3), (2, 1), (2, 3))})

    def test_an_entry_that_relays_nothing(self):
        """What is held shows in an ICMP error to the sender, not in datagrams that go on."""
        statements = conform(*self.made("mute"))[1]
        self.assertEqual([statements["S2003-4.1-0" + number]["verdict"] for number in "145"], ["violates", "violates", "not-exercised"])

    def test_a_path_that_is_narrower(self):
        """A datagram with DF is too large for a router in the tunnel; more of them follow."""
        for broken, expected in BEYOND_THE_PATH.items():
            with self.subTest(broken=broken):
                end = End(broken)
                end.sends_on = broken == "sent-on"
                for number in range(1, 4):
                    end.take_from_lan(number / 10, datagram(number, 100))
                end.take_from_lan(1, datagram(4, 1400))
                end.take_error(1.01, from_inside(end, 3, 4, TOLD_MTU, 84))
                for number in range(5, 17):
                    end.take_from_lan(number, datagram(number, 1400))
                end.take_from_lan(18, datagram(18, TOLD_MTU - 20))
                statements = conform(*end.write(self.folder))[1]
                self.assertEqual({id: rule for id, (rule, _) in violated(statements).items()}, expected)
                held = {"S2003-4.1-07", "S1191-3-01", "S2003-5.1-02"} - set(expected) - ({"S2003-5.1-02"} if broken == "no-too-big" else set())
                self.assertEqual({statements[id]["verdict"] for id in held}, {"conforms"})

    def test_an_answer_to_another_sender(self):
        """An error that quotes no inner header is for the next sender of the tunnel (RFC 2003 section 5)."""
        for broken, verdict in (("", "conforms"), ("no-unreachable", "violates")):
            with self.subTest(broken=broken):
                end = End(broken)
                for number, src in ((1, "10.1.0.8"), (2, "10.1.0.7"), (3, "10.1.0.7")):
                    end.take_from_lan(number / 10, datagram(number, 100, src))
                end.take_error(0.31, from_inside(end, 3, 0, 0, 28))
                for number, src in ((4, "10.1.0.8"), (5, "10.1.0.7"), (12, "10.1.0.7"), (13, "10.1.0.8")):
                    end.take_from_lan(number, datagram(number, 100, src))
                statements = conform(*end.write(self.folder))[1]
                self.assertEqual(statements["S2003-4.1-01"]["verdict"], verdict)
                self.assertEqual(list(violated(statements)), ["S2003-4.1-01"] if broken else [])

    def test_an_answer_to_a_new_sender(self):
        """The next datagram for the tunnel may be the first of its sender, and go no further than the encapsulator."""
        for broken, dst, verdict in (("", "10.2.0.7", "conforms"), ("no-unreachable", "10.2.0.7", "violates"), ("", "10.3.0.7", "violates")):
            with self.subTest(broken=broken, dst=dst):
                end = End(broken)
                for number in range(1, 4):
                    end.take_from_lan(number / 10, datagram(number, 100))
                end.take_error(0.31, from_inside(end, 3, 0, 0, 28))
                new = datagram(4, 100, "10.1.0.9", dst)
                end.show(LAN, 1, new)
                end.relay(1, new, 3, 0)
                end.told = None
                end.take_from_lan(12, datagram(12, 100))
                statements = conform(*end.write(self.folder))[1]
                self.assertEqual((statements["S2003-4.1-01"]["verdict"], list(violated(statements))), (verdict, ["S2003-4.1-01"] if verdict == "violates" else []))

    def test_peers_that_are_not_declared(self):
        paths = self.made("unknown-peer", "exit")
        self.assertEqual(list(violated(conform("--endpoint", "10.0.1.1-10.0.2.1", *paths)[1])), ["S2003-6.2-01"])
        self.assertEqual(violated(conform("--endpoint", "10.0.1.1-10.0.2.1", *self.made("", "exit"))[1]), {})

    def test_at_the_tunnel_device(self):
        self.assert_one(AT_THE_DEVICE, "entry", True)
        self.assert_one(EXIT_AT_THE_DEVICE, "exit", True)

    def test_one_that_breaks_nothing(self):
        for side, shown in (("entry", SHOWN_OF_AN_ENTRY), ("exit", SHOWN_OF_AN_EXIT)):
            for is_device in (False, True):
                with self.subTest(side=side, is_device=is_device):
                    result, statements, last = conform("--fail-on", "note", *self.made("", side, is_device))
                    self.assertEqual((result.returncode, result.stderr), (0, ""))
                    self.assertEqual(violated(statements), {})
                    conforms = {id for id, line in statements.items() if line["verdict"] == "conforms"}
                    if not is_device:
                        self.assertLessEqual(set(shown.split()), conforms)
                    self.assertEqual(last["conforms"], len(conforms))
                    self.assertEqual(sum(count for name, count in last.items() if name not in ("type", "tested", "version")), len(statements))
                    direction = {"mode": "ipip", "src": "10.0.1.1", "dst": "10.0.2.1"}
                    self.assertEqual(last["tested"], [{"address": "10.0.1.1" if side == "entry" else "10.0.2.1", "end": side, "tunnel": direction}])

    def test_what_the_place_of_capture_hides(self):
        lan, device = (conform(*self.made("", "entry", is_device))[1] for is_device in (False, True))
        self.assertEqual([side["S2003-3.1-17"]["verdict"] for side in (lan, device)], ["conforms", "not-observable"])
        self.assertEqual([side["S2003-3.1-18"]["verdict"] for side in (lan, device)], ["not-observable", "conforms"])

    def test_each_statement_has_a_packet_a_rule_or_a_reason(self):
        """A packet of the stimulus carries the id of whatever a capture can show, unless it takes more than packets: the second table."""
        statements = conform(*self.made())[1]
        sent = b"".join(octets for side in ("entry", "exit") for _, octets in stimulus(side))
        takes_a_network = {"N", "EX", "LO"}
        del statements["S6040-4.2-01"]  # of other packets than those for each pair
        for id, line in statements.items():
            with self.subTest(id=id):
                is_sent = id.encode() + b" ipip " in sent
                is_seen = line["verdict"] != "not-observable" or "it shows " in line["reason"]
                self.assertTrue(line["rules"] or is_sent or not is_seen)
                if is_seen and not set(line["stimuli"].split()) <= takes_a_network:
                    self.assertTrue(is_sent)

    def test_text(self):
        result = harness.run("conform", *self.made("df-clear"))
        self.assertEqual(result.returncode, 1)
        self.assertRegex(result.stdout, r"(?m)^violates       S2003-3\.1-06     MUST, RFC 2003 section 3\.1: If DF is set in the inner header, it is set in")
        self.assertRegex(result.stdout, r"(?m)^    error IPIP105: ")
        self.assertRegex(result.stdout, r"(?m)^tested: 10\.0\.1\.1, the entry of tunnel 10\.0\.1\.1 > 10\.0\.2\.1$")
        self.assertRegex(result.stdout, r"(?m)^\d+ statements: 1 violated, \d+ held, \d+ not exercised, \d+ can't be seen$")
        self.assertLess(max(map(len, result.stdout.splitlines())), 200)
        self.assertEqual(harness.run("conform", "-q", *self.made("df-clear")).stdout, "")

    def test_order_of_the_captures_does_not_matter(self):
        inner, wire = self.made("df-clear")
        self.assertEqual(violated(conform(wire, inner)[1]), violated(conform(inner, wire)[1]))

    def test_one_file_of_both_interfaces(self):
        end = End("df-clear").run(stimulus("entry"))
        packets = sorted((time, side, octets) for side in (0, 1) for time, octets in end.sent[side])
        blocks = [pcapng_section(), pcapng_interface(1), pcapng_interface(1)]
        blocks += [pcapng_packet(bytes(12) + b"\x08\x00" + octets, side, round(time * 1e6)) for time, side, octets in packets]
        path = self.folder / "both.pcapng"
        path.write_bytes(b"".join(blocks))
        self.assertEqual(list(violated(conform(path)[1])), ["S2003-3.1-06"])

    def test_a_baseline(self):
        paths, baseline = self.made("df-clear"), self.folder / "known"
        self.assertEqual(conform("--write-baseline", baseline, *paths)[0].returncode, 1)
        result, statements, _ = conform("--baseline", baseline, *paths)
        self.assertEqual((result.returncode, violated(statements)), (0, {}))
        self.assertGreater(statements["S2003-3.1-06"]["known"], 0)

    def test_order_of_the_report(self):
        """What decides comes first; what shows nothing is counted, unless --all asks for it."""
        paths = self.made("df-clear")
        for options, verdicts in (((), ["violates", "conforms"]), (("--all",), ["violates", "conforms", "not exercised", "can't be seen"]), (("--summary",), [])):
            lines = harness.run("conform", *options, *paths).stdout.splitlines()
            found = [match[1] for match in (re.match(r"(violates|conforms|not exercised|can't be seen) +S", line) for line in lines) if match]
            self.assertEqual(list(dict.fromkeys(found)), verdicts)
            self.assertEqual(sum(found.count(verdict) for verdict in verdicts), len(found))
            self.assertIn("1 violated", lines[2])
            self.assertEqual("--all lists them" in lines[-1], options == ())
        result, statements, last = conform("--summary", *paths)
        self.assertEqual((statements, last["violates"]), ({}, 1))

    def test_captures_that_do_not_fit(self):
        """One line, and no verdict."""
        inner, wire = self.made()
        empty, other = self.folder / "empty.pcap", self.folder / "other.pcap"
        empty.write_bytes(inner.read_bytes()[:24])
        folder = self.folder / "other"
        folder.mkdir()
        End(local="10.9.0.1", remote="10.9.0.2").run([(time, octets[:12] + bytes([10, 8, 0, 1]) + octets[16:]) for time, octets in stimulus("entry")]).write(folder)
        for paths, status, message in (
            ([inner], 2, "no packet is both inside and outside of an IPv4 in IPv4 tunnel"),
            ([inner, folder / "wire.pcap"], 2, "no packet of the one is in an IPv4 in IPv4 tunnel of the other"),
            ([inner, folder / "inner.pcap"], 2, "no packet of the one is in"),
            ([inner, empty], 2, "empty.pcap: no packet to judge"),
            ([inner, other], 3, "other.pcap: "),
            ([wire, self.copied(wire)], 2, "both were taken on the wire"),
        ):
            with self.subTest(message=message):
                result = harness.run("conform", "--output", "html=%s" % (self.folder / "page.html"), *paths)
                self.assertEqual((result.returncode, result.stdout), (status, ""), result.stderr)
                self.assertIn(message, result.stderr)
                self.assertEqual(len(result.stderr.splitlines()), 1)
                self.assertFalse((self.folder / "page.html").exists())
        self.assertEqual(harness.run("conform").returncode, 2)
        self.assertEqual(harness.run("conform", inner, inner, inner).returncode, 2)

    def copied(self, path):
        copy = self.folder / ("copy of " + path.name)
        copy.write_bytes(path.read_bytes())
        return copy

    def test_tunnels_of_other_kinds(self):
        folder = TESTDATA / "siblings" / "gre-plain"
        result = harness.run("conform", folder / "inner.pcap", folder / "outer.pcap")
        self.assertEqual((result.returncode, result.stdout), (2, ""))
        self.assertRegex(result.stderr, r"They have \d+ packets of gre: `ipip pair` judges tunnels of every kind\.")

    def test_sections_that_are_not_used(self):
        config = self.folder / "policy"
        config.write_text("[tunnel 10.0.1.1 10.0.2.1]\nttl = 64\n[tunnel 10.0.7.1 10.0.7.2]\nttl = 64\n")
        config.chmod(0o600)
        result = harness.run("conform", "-q", "--config", config, *self.made())
        self.assertIn("[tunnel 10.0.7.1 10.0.7.2] is not used", result.stderr)
        self.assertNotIn("[tunnel 10.0.1.1 10.0.2.1]", result.stderr)

    def test_equal_times(self):
        """Captures whose clocks are coarse: which way a packet went, its TTL shows, or its place in the file."""
        for side in ("entry", "exit"):
            with self.subTest(side=side):
                end = End("", False).run(stimulus(side), side == "exit")
                for packets in end.sent:
                    packets[:] = [(round(time, 2), octets) for time, octets in packets]
                result, statements, last = conform(*end.write(self.folder))
                self.assertEqual([role["end"] for role in last["tested"]], [side])
                self.assertEqual(violated(statements), {})

    def test_page(self):
        """All that the text has; hostile names are text, and nothing is loaded."""
        inner, wire = self.made("df-clear")
        hostile = self.folder / "<img src=x onerror=alert(1)>&\"'\x1b[31m.pcap"
        hostile.write_bytes(wire.read_bytes())
        page = self.folder / "page.html"
        result = harness.run("conform", "--output", "html=%s" % page, inner, hostile)
        self.assertEqual(result.returncode, 1)
        text = page.read_text()
        self.assertEqual(harness.run("conform", "--format", "html", inner, hostile).stdout, text)
        reader = Page(text)
        self.assertEqual(reader.open, [])
        self.assertLessEqual(reader.tags, {"html", "head", "meta", "title", "style", "script", "body", "main", "h1", "h2", "h3", "h4", "h5", "ul", "ol", "li", "p",
                                           "span", "details", "summary", "div", "table", "thead", "tbody", "tr", "th", "td", "a", "code", "pre", "br", "footer",
                                           "button", "strong", "em"})
        self.assertTrue(all(value.startswith("#") for value in reader.links), reader.links)
        self.assertNotIn("<img", text)
        self.assertIn("&lt;img src=x onerror=alert(1)&gt;&amp;&quot;&#39;\\x1b[31m.pcap", text)
        statements = conform(inner, wire)[1]
        self.assertEqual([id for id in reader.ids if id.startswith("S")], sorted(statements, key=lambda id: (
            ["violates", "conforms", "not-exercised", "not-observable"].index(statements[id]["verdict"]), list(statements).index(id))))
        self.assertLess(text.index("IPIP105"), text.index(">Held<"))
        self.assertIn("IPIP105", reader.ids)
        for statement in statements.values():
            self.assertIn(html.escape(statement["text"]).replace("&#x27;", "&#39;"), text)


class Page(html.parser.HTMLParser):
    """Its tags, ids and links; what is not closed stays in `open`."""

    VOID = {"meta", "br"}

    def __init__(self, text):
        super().__init__()
        self.tags, self.ids, self.links, self.open = set(), [], [], []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag, attributes):
        self.tags.add(tag)
        for name, value in attributes:
            if name == "id":
                self.ids.append(value)
            if name in ("href", "src"):
                self.links.append(value)
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag, (tag, self.getpos())


if __name__ == "__main__":
    harness.main()
