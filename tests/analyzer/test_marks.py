# SPDX-License-Identifier: GPL-2.0-or-later
"""Which octets of a header between the outer and the inner one a finding on a packet marks, in all cases that trip the rule: after the
pictures in the RFCs. What is reported of a tunnel has its octets in Wireshark alone: see tests/plugin/test_octets.py."""

import re
import tempfile
import unittest
from pathlib import Path

import harness
from packets import pcap
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
        return re.findall(r"^  (\w+) +([\[0-9a-f][][0-9a-f ]+)$", text, re.M)

    def test_fields_of_headers_between(self):
        seen = set()
        for number, (rule, vector) in enumerate(ALL):
            if rule not in FIELDS or not vector.fail or vector.scope == "tunnel" or vector.verb != "check":
                continue
            rows = [row for row in self.rows(rule, vector) if row[0] not in ("outer", "inner")]
            with self.subTest(rule, number=number):
                self.assertTrue(rows or rule == "IPIP832")  # UDP without an octet behind it
                for name, octets in rows:
                    header, place = marked(octets)
                    expected = FIELDS[rule][name]
                    expected = (0, len(header)) if expected is WHOLE else expected(header) if callable(expected) else expected
                    self.assertEqual(place, expected, (name, octets))
                    self.assertTrue(len(header) >= LEAST[name] or rule in ("IPIP806", "IPIP832"), octets)
                    seen.add((rule, name))
        self.assertEqual(seen, {(rule, name) for rule, names in FIELDS.items() for name in names})

    def test_no_other_rule_shows_one(self):
        for rule, vector in ALL:
            if rule not in (*FIELDS, *ONCE) and vector.fail and vector.verb == "check" and len(vector.fail) < 3:
                self.assertEqual({name for name, _ in self.rows(rule, vector)} & set(LEAST), set(), rule)


if __name__ == "__main__":
    harness.main()
