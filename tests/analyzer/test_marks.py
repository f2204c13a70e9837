# SPDX-License-Identifier: GPL-2.0-or-later
"""Which octets of a header between the outer and the inner one a finding on a packet marks, in all cases that trip the rule: after the
pictures in the RFCs. What is reported of a tunnel has its octets in Wireshark alone: see tests/plugin/test_octets.py."""

import re
import tempfile
import unittest
from pathlib import Path

import harness
from packets import pcap
from tunnel_kinds import gre_packet, gue, limit, outer6, udp_tunnel
from tunnel_packets import LARGE, frame, inner, outer
from vector import ENTRY, TUNNEL, TUNNEL6, Vector
from vectors import ALL

WHOLE = None


def behind_sum(header):
    """Where key and sequence number of GRE are, each if it is there (RFC 2890 section 2)."""
    return 4 + 4 * (header[0] & 0xC0 != 0)


def gre_key(header):
    return (behind_sum(header), 4) if header[0] & 0x20 else (0, 2)


def gre_sequence(header):
    return behind_sum(header) + 4 * (header[0] & 0x20 != 0), 4


# Name of the header, and first octet and count of the field.
FIELDS = {
    "IPIP801": {"gre": (1, 1)}, "IPIP802": {"gre": (0, 2)}, "IPIP803": {"gre": (4, 2)}, "IPIP804": {"gre": (6, 2)}, "IPIP805": {"gre": (2, 2)},
    "IPIP806": {"gre": WHOLE}, "IPIP808": {"gre": gre_sequence}, "IPIP809": {"gre": gre_key}, "IPIP812": {"gre": (0, 2)}, "IPIP813": {"gre": (0, 2)},
    "IPIP816": {"erspan": WHOLE}, "IPIP817": {"gre": (2, 2)},
    "IPIP822": {"minimal": (1, 1)}, "IPIP823": {"minimal": (2, 2)}, "IPIP825": {"minimal": (8, 4)},
    "IPIP831": {"udp": (2, 2)}, "IPIP832": {"gue": WHOLE}, "IPIP833": {"udp": (6, 2)}, "IPIP835": {"udp": (0, 2)}, "IPIP836": {"udp": (4, 2)}, "IPIP837": {"gue": WHOLE},
    "IPIP842": {"esp": (4, 4), "ah": (8, 4)}, "IPIP844": {"ah": WHOLE}, "IPIP845": {"ipcomp": (1, 1)}, "IPIP846": {"esp": (0, 4)}}
MAY_LACK = ("IPIP816", "IPIP832")  # type I has no ERSPAN header; UDP without an octet behind it
ONCE = ("IPIP834", "IPIP841", "IPIP843")
LEAST = {"gre": 4, "erspan": 4, "udp": 8, "gue": 4, "minimal": 8, "ah": 12, "esp": 8, "ipcomp": 4}


def marked(octets):
    """The header, and what is in brackets: first octet and count."""
    words = octets.split()
    begin, end = ([i for i, word in enumerate(words) if mark in word] for mark in "[]")
    return bytes.fromhex(octets.replace("[", "").replace("]", "")), (begin[0], end[0] - begin[0] + 1) if begin else None


class Marks(unittest.TestCase):
    def rows(self, rule, vector):
        """The excerpts of the rule's findings, by name."""
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder, "case.pcap")
            path.write_bytes(pcap(vector.fail, vector.link_type, captured=vector.captured))
            arguments = list(vector.args)
            if vector.config is not None:
                Path(folder, "policy").write_text(vector.config)
                arguments += ["--config", Path(folder, "policy")]
            text = harness.run(vector.verb, "--select", rule, *arguments, path).stdout
        text = re.sub(r"\n {9}(?=\[?[0-9a-f]{2}\b)", " ", text)  # one row, on several lines
        return re.findall(r"^  (\w+) +([\[0-9a-f][][0-9a-f ]+)$", text, re.M)

    def test_fields_of_headers_between(self):
        seen = set()
        for number, (rule, vector) in enumerate(ALL):
            if rule not in FIELDS or not vector.fail or vector.scope == "tunnel" or vector.verb != "check":
                continue
            rows = [row for row in self.rows(rule, vector) if row[0] not in ("outer", "inner")]
            with self.subTest(rule, number=number):
                self.assertTrue(rows or rule in MAY_LACK)
                for name, octets in rows:
                    header, place = marked(octets)
                    expected = FIELDS[rule][name]
                    expected = (0, len(header)) if expected is WHOLE else expected(header) if callable(expected) else expected
                    self.assertEqual(place, expected, (name, octets))
                    self.assertTrue(len(header) >= LEAST[name] or rule in ("IPIP806", "IPIP832"), octets)
                    seen.add((rule, name))
        self.assertEqual(seen, {(rule, name) for rule, names in FIELDS.items() for name in names})

    def test_what_contradicts_a_policy(self):
        """IPIP120 marks the field that it names: in IPv4, in IPv6, or between."""
        places = {"ttl": ("outer", 8, 1), "hop limit": ("outer", 7, 1), "dscp": ("outer", 1, 1), "traffic class": ("outer", 0, 2), "df": ("outer", 6, 1),
                  "size": ("outer", 2, 2), "size6": ("outer", 4, 2), "flow label": ("outer", 1, 3), "limit": ("outer", 40, 8), "key": ("gre", 4, 4),
                  "no key": ("gre", 0, 2), "checksum": ("gre", 0, 2), "sequence": ("gre", 0, 2), "sport": ("udp", 0, 2), "dport": ("udp", 2, 2)}
        cases = [("ttl", "ttl=64", outer(inner(), ttl=65)), ("hop limit", "ttl=64", outer6(inner(), hops=65)), ("dscp", "tos=0x28", outer(inner())),
                 ("traffic class", "tos=0x28", outer6(inner())), ("df", "df=set", outer(inner(df=False), df=False)), ("size", "mtu=100", outer(LARGE)),
                 ("size6", "mtu=100", outer6(LARGE)), ("flow label", "flowlabel=0x12345", outer6(inner())),
                 ("limit", "encaplimit=3", outer6(limit(4, 4) + inner(), next=60)), ("key", "key=7", gre_packet(key=8)), ("no key", "key=7", gre_packet()),
                 ("checksum", "csum=yes", gre_packet()), ("sequence", "seq=yes", gre_packet()), ("sport", "sport=1", udp_tunnel(gue(inner()), 6080)),
                 ("dport", "dport=1", udp_tunnel(gue(inner()), 6080))]
        for what, setting, packet in cases:
            section = TUNNEL if packet[0] >> 4 == 4 else TUNNEL6
            found = [(name, *marked(octets)[1]) for name, octets in self.rows("IPIP120", Vector(fail=frame(packet), clean=None, args=ENTRY, config=section + setting))
                     if "[" in octets]
            self.assertEqual(found, [places[what]], what)

    def test_no_other_rule_shows_one(self):
        for rule, vector in ALL:
            if rule not in (*FIELDS, *ONCE, "IPIP120") and vector.fail and vector.verb == "check" and len(vector.fail) < 3:
                self.assertEqual({name for name, _ in self.rows(rule, vector)} & set(LEAST), set(), rule)


if __name__ == "__main__":
    harness.main()
