# SPDX-License-Identifier: GPL-2.0-or-later
"""What the operator says in Wireshark's preferences: what is wrong is refused with what would be right, what is right counts."""

import tempfile
import unittest
from pathlib import Path

import harness
from harness import sharkd, tshark
from packets import ethernet, pcap
from preferences import preferences, row
from tunnel_packets import A, B, HOST, PEER, inner, outer
from vectors import VECTORS

LOST_DF = ethernet(outer(inner(), df=False))

# What -o refuses, and what it says of it.
WRONG = [
    (row("sites", "10.2.0.1/16"), "10.2.0.1/16: it must be a prefix without host bits, such as 10.1.0.0/16 or 2001:db8::/32"),
    (row("sites", ""), "it must be a prefix"),
    (row("sites", "10.2.0.0/16\\x00"), "10.2.0.0/16: it must be text without zero octets"),
    ("uat:ipip_sites:10", "it must be a prefix"),
    (row("endpoints", A, "10.0.0.256"), "10.0.0.256: it must be an address, such as 192.0.2.1 or 2001:db8::1"),
    (row("endpoints", A), "expecting field b"),
    (row("tunnels", A, "B"), "B: it must be an address"),
    (row("tunnels", A, B, "lnux"), "lnux: it must be the name of a profile"),
    (row("tunnels", A, B, "", "0"), "0: it must be 1 to 255, or inherit"),
    (row("tunnels", A, B, "", "", "EG"), "EG: it must be 0x00 to 0xff, the name of a DSCP such as EF, or inherit"),
    (row("tunnels", A, B, "", "", "", "maybe"), "maybe: it must be set, copy, clear or any"),
    (row("tunnels", A, B, "", "", "", "", "67"), "67: it must be 68 to 65535"),
    (row("tunnels", A, B, *[""] * 8, "nat"), "nat: it must be a tunnel that these addresses can have"),
    (row("tunnels", A, B, *[""] * 9, "x"), "x: it must be a number from 0 to 4294967295"),
    (row("vantages", "192.0.2.1/24", "entry"), "192.0.2.1/24: it must be an address, or a prefix without host bits"),
    (row("vantages", A, "front"), "front: it must be unknown, entry, mid, exit or host-tx"),
    (row("rules", "IPIP999", "note"), "IPIP999: it must be the id or name of a rule, such as IPIP105"),
    (row("rules", "IPIP105", "fatal"), "fatal: it must be error, warning, note or off"),
    (row("rules", "IPIP105", "off"), "IPIP105: off needs a reason"),
    (row("rules", "IPIP105", "off", " "), "IPIP105: off needs a reason"),
    ("ipip.learn:many", "Invalid -o flag"),
    ("ipip.site:10.2.0.0/16", "unknown preference"),
]

RULE_OFF = row("rules", "IPIP105", "off", "known")


class Preferences(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)

    def capture(self, frames):
        path = self.folder / "case.pcap"
        path.write_bytes(pcap(frames))
        return path

    def shown(self, frames, *options, field="ipip.rule", settings=None):
        """The values of the field on the last frame, and what was complained about."""
        result = tshark("-r", self.capture(frames), *options, "-T", "fields", "-e", field, settings=settings)
        self.assertEqual(result.returncode, 0, result.stderr)
        return result.stdout.split("\n")[len(frames) - 1].split(","), result.stderr

    def assert_changes(self, rule, frames, *preferences):
        """Without the preferences the last frame does not break the rule, with them it does."""
        options = [word for preference in preferences for word in ("-o", preference)]
        self.assertNotIn(rule, self.shown(frames)[0])
        self.assertIn(rule, self.shown(frames, *options)[0])

    def test_wrong_values_are_refused(self):
        path = self.capture([LOST_DF])

        def refused(case):
            option, right = case
            result = tshark("-r", path, "-o", option)
            self.assertEqual((result.returncode, result.stdout), (1, ""), option)
            self.assertIn(right, result.stderr)

        harness.each(refused, WRONG)

    def test_each_changes_the_result(self):
        changed = [ethernet(outer(inner(tos=0x28)))]
        self.assert_changes("IPIP102", changed, "ipip.profile:strict-rfc2003", "ipip.vantage:entry")
        self.assert_changes("IPIP102", changed, "ipip.profile:strict-rfc2003", row("tunnels", A, B, "", "", "", "", "", "entry"))
        for source in (A, "0.0.0.0/0"):
            self.assert_changes("IPIP102", changed, "ipip.profile:strict-rfc2003", row("vantages", source, "entry"))
        self.assert_changes("IPIP214", VECTORS["IPIP214"].fail, row("sites", "10.3.0.0/16"), row("sites", " 10.2.0.0/16 "))
        self.assert_changes("IPIP211", VECTORS["IPIP211"].fail, row("endpoints", A, B))
        self.assert_changes("IPIP211", VECTORS["IPIP213"].fail + VECTORS["IPIP211"].fail, "ipip.learn:2")
        for cells in (("", "63"), ("", "", "EF"), ("", "", "", "clear"), ("", "", "", "", "68")):
            large = [ethernet(outer(inner(payload=b"x" * 40, protocol=253)))]
            self.assert_changes("IPIP120", large, row("tunnels", A, B, *cells))
        self.assertNotIn("IPIP105", self.shown([LOST_DF], "-o", row("tunnels", A, B, "gif"))[0])

    def test_vantage_of_a_source(self):
        """The longest prefix, before the table of tunnels, before that of all; of two rows on a prefix the last one."""
        changed = [ethernet(outer(inner(tos=0x28)))]
        strict = ("-o", "ipip.profile:strict-rfc2003")
        entry, middle = ("-o", row("vantages", A, "entry")), ("-o", row("vantages", A, "mid"))
        tunnel, prefix = ("-o", row("tunnels", A, B, "", "", "", "", "", "mid")), ("-o", row("vantages", "0.0.0.0/0", "mid"))
        for options, expected in (((*entry, *tunnel), True), ((*entry, *prefix, "-o", "ipip.vantage:mid"), True),
                                  ((*prefix, "-o", "ipip.vantage:entry"), False), ((*middle, *entry), True),
                                  ((*entry, *middle), False), (("-o", row("vantages", B, "entry")), False)):
            self.assertEqual("IPIP102" in self.shown(changed, *strict, *options)[0], expected, options)

    def test_a_vantage_for_all_that_one_direction_contradicts(self):
        """As the command warns of it: once, and not where each source has its own."""
        there = [ethernet(outer(inner(id=n), id=n)) for n in range(30)]
        back = [ethernet(outer(inner(src=PEER, dst=HOST, id=n), src=B, dst=A, ttl=61, id=n)) for n in range(30)]
        frames = [frame for pair in zip(there, back) for frame in pair]
        for passes in ((), ("-2",)):
            _, said = self.shown(frames, *passes, "-o", "ipip.vantage:entry")
            self.assertEqual(said.count("is not used for %s > %s" % (B, A)), 1, said)
            self.assertIn("--vantage %s=entry --vantage %s=exit" % (A, B), said)
            own = ("-o", row("vantages", A, "entry"), "-o", row("vantages", B, "exit"))
            self.assertEqual(self.shown(frames, *passes, "-o", "ipip.vantage:entry", *own)[1], "")
            self.assertEqual(self.shown(there, *passes, "-o", "ipip.vantage:entry")[1], "")

    def test_inner_side(self):
        frames = VECTORS["IPIP309"].fail
        for side, confidence in (("lan", "heuristic"), ("tundev", "likely")):
            shown, _ = self.shown(frames, "-o", "ipip.inner_side:" + side, field="ipip.confidence")
            self.assertEqual(shown, [confidence])

    def test_severity(self):
        for severity, field in (("note", "ipip.df_not_propagated && _ws.expert.severity == note"), ("off", "!ipip.df_not_propagated")):
            options = ("-o", row("rules", "df-not-propagated", severity, "known"), "-Y", field)
            self.assertEqual(self.shown([LOST_DF], *options, field="frame.number")[0], ["1"])

    def test_the_last_row_counts(self):
        off, on = ("-o", RULE_OFF), ("-o", row("rules", "IPIP105", "warning"))
        self.assertNotIn("IPIP105", self.shown([LOST_DF], *on, *off)[0])
        self.assertIn("IPIP105", self.shown([LOST_DF], *off, *on)[0])
        wrong, right = ("-o", row("tunnels", A, B, "", "1")), ("-o", row("tunnels", A, B, "", "64"))
        self.assertIn("IPIP120", self.shown([LOST_DF], *right, *wrong)[0])
        self.assertNotIn("IPIP120", self.shown([LOST_DF], *wrong, *right)[0])

    def test_files_of_the_profile(self):
        """A table is a file of the profile. Wireshark says what is wrong in it; the other rows count."""
        settings = {"ipip_rules": '"IPIP105","off",""\n', "ipip_sites": '"10.2.0.0/16"\n"10.2.0.1/16"\n',
                    "ipip_tunnels": '"%s","%s","","99","","",""\n"%s","%s","","","EG","",""\n' % (A, B, A, B)}
        shown, complaints = self.shown(VECTORS["IPIP214"].fail + [LOST_DF], settings=settings)
        self.assertIn("IPIP105", shown)
        self.assertNotIn("IPIP120", shown)
        for right in ("IPIP105: off needs a reason", "10.2.0.1/16: it must be a prefix", "EG: it must be 0x00"):
            self.assertIn(right, complaints)
        settings["ipip_tunnels"] = settings["ipip_tunnels"].replace("99", "63")
        self.assertIn("IPIP120", self.shown([LOST_DF], settings=settings)[0])

    def test_as_many_tunnels_as_the_command_takes(self):
        rows = ['"10.9.%d.%d","%s","","","","",""\n' % (n // 256, n % 256, B) for n in range(1000)]
        _, complaints = self.shown([LOST_DF], settings={"ipip_tunnels": "".join(rows)})
        self.assertEqual(complaints, "")
        _, complaints = self.shown([LOST_DF], settings={"ipip_tunnels": "".join(rows) + rows[0]})
        self.assertIn("there may be at most 1000 tunnels", complaints)

    def test_count_from_the_next_file_on(self):
        path = str(self.capture([LOST_DF]))
        load, look = ("load", {"file": path}), ("frames", {"column0": "ipip.rule:0"})

        def change(preference):
            name, _, value = preference.rpartition(":")
            return "setconf", {"name": name, "value": value}

        answers = sharkd([load, look, change(RULE_OFF), look, load, look, change(row("rules", "IPIP105", "fatal")),
                          change(row("rules", "IPIP105", "error")), load, look])
        seen = [answer["result"][0]["c"][0] for answer in answers if isinstance(answer.get("result"), list)]
        self.assertEqual(["IPIP105" in rules.split(",") for rules in seen], [True, True, False, True])
        self.assertIn("error", answers[6])


if __name__ == "__main__":
    harness.require_plugin()
    harness.main()
