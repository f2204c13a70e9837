# SPDX-License-Identifier: GPL-2.0-or-later
"""Known findings: what --write-baseline writes, and what --baseline makes of it."""

import gzip
import json
import os
import subprocess
import tempfile
import unittest
from pathlib import Path

import harness
from harness import COMMAND, run, sound
from packets import ethernet, pcap
from tunnel_packets import A, B, HEAD, LARGE, inner, outer, piece, tunnelled
from vectors import FOLDERS, VECTORS

GOOD = ethernet(outer(inner()))
LOST_DF = ethernet(outer(inner(), df=False))  # IPIP105, an error
OTHER = ethernet(outer(inner(), src="10.0.0.3", df=False))  # the same on another tunnel
NOTE = VECTORS["IPIP106"].fail  # of the tunnel
FIRST = '{"type":"ipip-baseline","version":2}'
REWORDED = os.environ.get("IPIP_REWORDED")  # the command, with other words for every finding; None: not built


def line(rule="IPIP105", slug="df-not-propagated", src=A, dst=B, layer=0, severity="error", **values):
    object = {"rule": rule, "slug": slug, "severity": severity, "src": src, "dst": dst, "layer": layer, "values": values}
    return json.dumps({key: value for key, value in object.items() if key != "severity" or severity is not None}, separators=(",", ":"))


class Result:
    def __init__(self, result):
        lines = [json.loads(line) for line in result.stdout.decode().splitlines()]
        self.status = result.returncode
        self.stderr = result.stderr.decode()
        self.findings = [line for line in lines if line["type"] == "finding"]
        self.absent = [line for line in lines if line["type"] == "baseline"]
        self.summary = lines[-1] if lines else None


class Baseline(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)
        self.path = self.folder / "known.jsonl"

    def check(self, frames, *options):
        return Result(run("check", "--format", "jsonl", "--select", "IPIP101,IPIP105,IPIP106", *options, "-", stdin=pcap(frames)))

    def text(self, frames, *options):
        result = run("check", "--select", "IPIP105,IPIP106", *options, "-", stdin=pcap(frames))
        return result.returncode, result.stdout.decode()

    def written(self):
        return self.path.read_text().splitlines()

    def know(self, *lines):
        self.path.write_text("\n".join((FIRST, *lines)) + "\n")


class Written(Baseline):
    def test_lines(self):
        """Sorted, each once, whatever their order, their frames and their number."""
        result = self.check([OTHER, LOST_DF, LOST_DF] + NOTE, "--write-baseline", self.path)
        self.assertEqual(self.written()[0], FIRST)
        self.assertEqual(self.written()[1:3], [line(), line(src="10.0.0.3")])
        self.assertEqual([json.loads(text)["rule"] for text in self.written()[3:]], ["IPIP106"])
        self.assertEqual((result.status, result.summary["known"], result.summary["findings"]["error"]), (1, 0, 3))  # nothing is known yet
        before = self.path.read_bytes()
        self.check([LOST_DF, OTHER] + NOTE * 2, "--write-baseline", self.path)
        self.assertEqual(self.path.read_bytes(), before)

    def test_nothing_found(self):
        self.assertEqual(self.check([GOOD], "--write-baseline", self.path).status, 0)
        self.assertEqual(self.written(), [FIRST])

    def test_quiet_and_standard_output(self):
        result = run("check", "--quiet", "--select", "IPIP105", "--write-baseline", "-", "-", stdin=pcap([LOST_DF]))
        self.assertEqual((result.returncode, result.stdout.decode()), (1, FIRST + "\n" + line() + "\n"))

    def test_nothing_left_behind(self):
        """Complete or not at all: no file where an input could not be read to its end, nor a temporary one."""
        self.know(line())
        before = self.path.read_bytes()
        result = Result(run("check", "--format", "jsonl", "--write-baseline", self.path, "-", stdin=pcap([OTHER, GOOD])[:-1]))
        self.assertEqual(result.status, 3)
        self.assertIn("%s: not written, as not everything could be read\n" % self.path, result.stderr)
        self.assertEqual(self.path.read_bytes(), before)
        self.assertEqual(os.listdir(self.folder), ["known.jsonl"])

    def test_not_writable(self):
        path = self.folder / "none" / "known.jsonl"
        result = run("check", "--write-baseline", path, "-", stdin=pcap([LOST_DF]))
        self.assertEqual((result.returncode, result.stdout), (4, b""))
        self.assertIn("%s: can't be created in its folder: No such file or directory\n" % path, result.stderr.decode())
        result = run("check", "--quiet", "--write-baseline", "/dev/full", "-", stdin=pcap([LOST_DF]))
        self.assertEqual(result.returncode, 4)
        self.assertIn(b"/dev/full: can't be written: ", result.stderr)

    def test_something_else_is_not_replaced(self):
        """As in `ipip check --write-baseline captures/*.pcap`, which names no baseline."""
        capture = self.folder / "a.pcap"
        for data in (pcap([LOST_DF]), b"\n", b"{}\n", b'{"type":"finding"}\n', FIRST.replace("2", "3").encode(), b"x" * 200000):
            capture.write_bytes(data)
            result = run("check", "--write-baseline", capture, "-", stdin=pcap([LOST_DF]))
            self.assertEqual((result.returncode, result.stdout), (2, b""), data)
            self.assertIn(b"a.pcap: it is not a baseline, so it is not replaced; name another file\n", result.stderr)
            self.assertEqual(capture.read_bytes(), data)
        for data in (b"", FIRST.encode(), (FIRST + "\nnonsense\n").encode(), FIRST.replace("2", "1").encode()):
            capture.write_bytes(data)
            self.assertEqual(self.check([LOST_DF], "--write-baseline", capture).status, 1)
            self.assertEqual(capture.read_text(), FIRST + "\n" + line() + "\n")


class Compared(Baseline):
    def test_known_findings_do_not_fail(self):
        self.know(line())
        result = self.check([LOST_DF, LOST_DF], "--baseline", self.path)
        self.assertEqual((result.status, result.summary["known"], result.absent), (0, 2, []))
        self.assertEqual(result.summary["findings"], {"error": 0, "warning": 0, "note": 0})
        self.assertEqual([finding["known"] for finding in result.findings], [True, True])
        self.assertEqual(result.summary["rules"]["IPIP105"]["fail"], 2)  # the verdicts are what they are

    def test_new_findings_do(self):
        self.know(line())
        result = self.check([LOST_DF, OTHER], "--baseline", self.path)
        self.assertEqual((result.status, result.summary["known"], result.summary["findings"]["error"]), (1, 1, 1))
        self.assertEqual([finding.get("known") for finding in result.findings], [True, None])

    def test_what_makes_a_finding_another(self):
        for change in ({"rule": "IPIP106"}, {"src": B}, {"dst": A}, {"layer": 1}):
            self.know(line(**change))
            result = self.check([LOST_DF], "--baseline", self.path)
            self.assertEqual((result.status, result.summary["known"], len(result.absent)), (1, 0, 1), change)

    def test_what_does_not(self):
        for text in (line(slug="another"), line(rule="df-not-propagated"), line()[:-1] + ',"why":"ticket 17"}', line() + "\n\n" + line(), line() + "\r"):
            self.know(text)
            result = self.check([LOST_DF], "--baseline", self.path)
            self.assertEqual((result.status, result.summary["known"], result.absent), (0, 1, []), text)

    def test_graver(self):
        """A warning that is known hides no error of the same rule and tunnel; an error that is known hides the warning."""
        loops, mtu = FOLDERS["loops"], FOLDERS["mtu"]
        for rule, warning, error in (("IPIP203", loops.looping(60, 59), loops.looping(60, 59, 58)), ("IPIP319", mtu.HANGS, mtu.many_hang(3))):
            def status(frames, *options):
                return Result(run("check", "--format", "jsonl", "--select", rule, *options, "-", stdin=pcap(frames)))

            for frames, severity in ((warning, "warning"), (error, "error")):
                status(frames, "--write-baseline", self.path)
                self.assertEqual([json.loads(text)["severity"] for text in self.written()[1:]], [severity], rule)
                for others, other in ((warning, "warning"), (error, "error")):
                    result = status(others, "--baseline", self.path)
                    fresh = [finding["severity"] for finding in result.findings if "known" not in finding]
                    self.assertEqual((result.status, fresh, result.absent), (1, ["error"], []) if (severity, other) == ("warning", "error") else (0, [], []))
            status(warning, "--write-baseline", self.path)
            renewed = self.folder / "renewed.jsonl"
            status(error, "--baseline", self.path, "--write-baseline", renewed)
            self.assertEqual(json.loads(renewed.read_text().splitlines()[1])["severity"], "error")
            policy = self.folder / "policy"
            policy.write_text("[rule %s]\nseverity=error\n" % rule)  # the operator's word, which is no news
            self.assertEqual(status(warning, "--config", policy, "--baseline", self.path).status, 0)

    def test_severity_that_is_not_there(self):
        """Known however grave; of two lines the graver counts."""
        for lines, status in (([line(severity=None)], 0), ([line(severity="note")], 1), ([line(severity="error")], 0),
                              ([line(severity="error"), line(severity="note")], 0), ([line(severity="note"), line(severity="warning")], 1)):
            self.know(*lines)
            self.assertEqual(self.check([LOST_DF], "--baseline", self.path).status, status, lines)

    def test_findings_of_a_tunnel(self):
        self.check(NOTE, "--write-baseline", self.path)
        result = self.check(NOTE * 3, "--baseline", self.path, "--fail-on", "note")
        self.assertEqual((result.status, result.summary["known"], result.findings[0]["known"], result.findings[0]["count"]), (0, 1, True, 3))
        self.assertEqual(self.check(NOTE, "--fail-on", "note").status, 1)

    def test_absent(self):
        """Named, in order; the exit status does not change."""
        self.know(line(src="10.9.0.1"), line(layer=1), line())
        result = self.check([LOST_DF], "--baseline", self.path)
        self.assertEqual(result.status, 0)
        self.assertEqual(result.absent, [
            {"type": "baseline", "state": "absent", "rule": "IPIP105", "slug": "df-not-propagated",
             "tunnel": {"mode": "ipip", "src": src, "dst": B}, "layer": layer, "values": {}}
            for src, layer in ((A, 1), ("10.9.0.1", 0))])

    def test_absent_of_what_was_not_looked_for(self):
        """Of a rule that is off, and where not everything could be read, nothing can be said."""
        self.know(line(), line(rule="IPIP109"))
        self.assertEqual(len(self.check([GOOD], "--baseline", self.path).absent), 1)
        self.assertEqual(len(self.check([GOOD], "--baseline", self.path, "--ignore", "IPIP105").absent), 0)
        cut = pcap([GOOD, GOOD])[:-1]
        self.assertEqual(Result(run("check", "--format", "jsonl", "--baseline", self.path, "-", stdin=cut)).absent, [])
        text = run("check", "--baseline", self.path, "-", stdin=cut).stdout.decode()
        self.assertIn("  not listed: findings that no longer occur, as not everything was read\n", text)
        self.assertNotIn("no longer occurs: ", text)

    def test_text(self):
        self.know(line(), line(src="10.9.0.1"), line(src="10.9.0.2", layer=2))
        status, text = self.text([LOST_DF], "--baseline", self.path)
        self.assertEqual(status, 0)
        self.assertNotIn("error IPIP105", text)
        self.assertNotIn("nothing wrong:", text)
        self.assertIn("nothing wrong except for what is known from the baseline\n", text)
        self.assertTrue(text.endswith("  known from the baseline: 1 finding, by 1 of its 3 entries\n"
                                      "  no longer occurs: IPIP105 df-not-propagated on 10.9.0.1 > %s\n"
                                      "  no longer occurs: IPIP105 df-not-propagated on 10.9.0.2 > %s, IP header 3\n" % (B, B)), text)
        status, text = self.text([LOST_DF] * 5 + [OTHER], "--baseline", self.path)
        self.assertEqual((status, text.count("error IPIP105")), (1, 1))
        self.assertIn("\n1 error, 0 warnings, 0 notes\n  found, known ones included: IPIP105 on 6 packets\n", text)
        self.assertIn("  known from the baseline: 5 findings, by 1 of its 3 entries\n", text)
        self.assertNotIn("more on", text)
        status, text = self.text([GOOD], "--baseline", self.path)
        self.assertIn("nothing wrong by the rules that were checked", text)
        self.assertIn("  known from the baseline: 0 findings, by 0 of its 3 entries\n", text)
        self.assertNotIn("baseline", self.text([LOST_DF], "--write-baseline", self.folder / "new")[1])

    def test_many_are_counted(self):
        """Up to five are listed. More are counted, or listed with --all; programs get each, and the numbers."""
        others = [line(src="10.9.0.%d" % n) for n in range(6)]
        self.know(line(), *others[:5])
        self.assertEqual(self.text([LOST_DF], "--baseline", self.path)[1].count("no longer occurs: IPIP105"), 5)
        self.know(line(), *others)
        text = self.text([LOST_DF], "--baseline", self.path)[1]
        self.assertTrue(text.endswith("  known from the baseline: 1 finding, by 1 of its 7 entries\n"
                                      "  no longer occur: 6 entries of the baseline (--all lists them)\n"), text)
        text = self.text([GOOD], "--baseline", self.path)[1]
        self.assertIn("  no longer occur: all entries of the baseline (--all lists them); is it that of another capture?\n", text)
        text = self.text([GOOD], "--all", "--baseline", self.path)[1]
        self.assertEqual((text.count("no longer occurs: IPIP105"), text.count("of the baseline")), (7, 0))
        result = self.check([LOST_DF], "--baseline", self.path)
        self.assertEqual((len(result.absent), result.summary["baseline"]), (6, {"entries": 7, "absent": 6}))
        self.assertNotIn("baseline", self.check([LOST_DF]).summary)

    def test_together(self):
        """Compared with the old one, then written anew: what is gone is left out, but for what was not looked for."""
        self.know(line(src="10.9.0.1"), line(rule="IPIP109", slug="outer-checksum"), line())
        result = self.check([LOST_DF, OTHER], "--baseline", self.path, "--write-baseline", self.path)
        self.assertEqual((result.status, result.summary["known"], len(result.absent)), (1, 1, 1))
        self.assertEqual(self.written(), [FIRST, line(), line(src="10.0.0.3"), line(rule="IPIP109", slug="outer-checksum")])
        self.assertEqual(self.check([LOST_DF, OTHER], "--baseline", self.path).status, 0)

    def test_compressed(self):
        path = self.folder / "known.gz"
        self.check([LOST_DF], "--write-baseline", path)
        self.assertEqual(gzip.decompress(path.read_bytes()).decode(), FIRST + "\n" + line() + "\n")
        self.assertEqual(self.check([LOST_DF], "--baseline", path, "--write-baseline", path).status, 0)

    def test_every_vector(self):
        """What is written is what is read, for every rule, and whatever the words are; the values are those of JSON Lines."""
        messages = [0, 0]
        for name, vector in VECTORS.items():
            capture, policy = self.folder / "capture.pcap", self.folder / "policy"
            capture.write_bytes(pcap(vector.fail, vector.link_type, captured=vector.captured))
            policy.write_text(vector.config or "")
            options = [*vector.args, *(["--config", policy] if vector.config else [])]
            run("check", "--write-baseline", self.path, *options, capture)
            known = {json.dumps(json.loads(text)["values"]) for text in self.written()[1:] if json.loads(text)["rule"] == name}
            for number, command in enumerate(filter(None, (COMMAND, REWORDED))):
                result = Result(subprocess.run([command, "check", "--format", "jsonl", "--fail-on", "note", "--baseline", self.path,
                                                *options, capture], capture_output=True, check=False))
                self.assertEqual((result.status, result.absent), (0, []), name)
                self.assertEqual(len(result.findings), result.summary["known"], name)
                self.assertEqual({json.dumps(finding["values"]) for finding in result.findings if finding["rule"] == name}, known, name)
                messages[number] += sum(finding["message"] == finding["rule"] + " is violated" for finding in result.findings)
        self.assertEqual(messages[0], 0)
        if REWORDED:
            self.assertGreater(messages[1], len(VECTORS))

    def test_values(self):
        """Other values are another finding; what changes from packet to packet is no value."""
        self.know(line("IPIP101", "dscp-not-copied", outer_dscp=0, inner_dscp=46), line("IPIP612", "inner-checksum", layer=1, stale_ttl=0))
        for outer_dscp, inner_dscp, known in ((0, 46, 1), (0, 45, 0), (1, 46, 0)):
            frames = tunnelled({"tos": inner_dscp << 2}, {"tos": outer_dscp << 2})
            result = self.check(frames, "--baseline", self.path)
            self.assertEqual(result.summary["known"], known, (outer_dscp, inner_dscp))
            self.assertEqual([finding["values"] for finding in result.findings], [{"outer_dscp": outer_dscp, "inner_dscp": inner_dscp}])
        self.know(line("IPIP637", "frag-inconsistent", field="dscp"), line("IPIP612", "inner-checksum", layer=1, stale_ttl=0))
        for options, known in (({"tos": 0x28}, 1), ({"df": True}, 0)):
            result = Result(run("check", "--format", "jsonl", "--select", "IPIP637", "--baseline", self.path, "-",
                                stdin=pcap(HEAD + piece(64, LARGE[64:], **options))))
            self.assertEqual((result.summary["known"], len(result.findings)), (known, 1), options)
        for wrong, ttl in ((0x1234, 64), (0x4321, 33)):
            result = Result(run("check", "--format", "jsonl", "--select", "IPIP612", "--baseline", self.path, "-",
                                stdin=pcap(tunnelled({"sum": wrong, "ttl": ttl}, {"id": wrong}))))
            self.assertEqual((result.summary["known"], len(result.absent)), (1, 0), wrong)


class Refused(Baseline):
    def refused(self, data, message):
        self.path.write_bytes(data if isinstance(data, bytes) else data.encode())
        result = run("check", "--baseline", self.path, "-", stdin=pcap([LOST_DF]))
        self.assertEqual((result.returncode, result.stdout), (2, b""), data)
        self.assertEqual(result.stderr.decode(), "ipip check: %s:%s\n" % (self.path, message))

    def test_first_line(self):
        wrong = '1: not a baseline: its first line must be {"type":"ipip-baseline","version":2}'
        for data in ("", "\n", "{}", "nonsense", "[]", '{"type":"ipip-baseline"}', '{"type":"finding","version":1}', line(), "\n" + FIRST,
                     '{"type":"ipip-baseline","version":"1"}', pcap([LOST_DF])):
            self.refused(data, wrong)
        self.refused('{"type":"ipip-baseline","version":3}', "1: version 3 of a baseline, which this ipip can't read; it reads version 2")
        old = '{"rule":"IPIP105","src":"%s","dst":"%s","layer":0,"expected":"DF=1","actual":"DF=0"}\n' % (A, B)
        self.refused('{"type":"ipip-baseline","version":1}\n' + old,
                     "1: version 1 of a baseline, which compares words; make it anew with --write-baseline")

    def test_lines(self):
        for data in ("{", "<<<<<<< HEAD", "7", line() + line(), '{"rule":"IPIP105","rule":"IPIP106"}', "\x1b"):
            self.path.write_text(FIRST + "\n" + line() + "\n" + data + "\n")
            result = run("check", "--baseline", self.path, "-", stdin=pcap([LOST_DF]))
            self.assertEqual(result.returncode, 2)
            self.assertRegex(result.stderr.decode(), r"known.jsonl:3: a line must be a JSON object\n$")
            self.assertNotIn(b"\x1b", result.stderr)
        for text, message in (
                (line(rule="IPIP999"), "rule: no such rule; `ipip rules` lists them"), (line(rule=105), 'rule: it must be the id of a rule, such as "IPIP105"'),
                ("[]", 'rule: it must be the id of a rule, such as "IPIP105"'), (line(src="berlin"), 'src: it must be an IP address, such as "192.0.2.1"'),
                (line(dst=None), 'dst: it must be an IP address, such as "192.0.2.1"'), (line(layer=-1), "layer: it must be the ordinal of a header, 0 for the outermost"),
                (line(layer="0"), "layer: it must be the ordinal of a header, 0 for the outermost"),
                (line(severity="fatal"), "severity: it must be one of note, warning, error"),
                (line(severity=2), "severity: it must be one of note, warning, error"),
                (line(outer_dscp=0), "values: IPIP105 has other values; make the baseline anew with --write-baseline"),
                (line("IPIP101"), "values: outer_dscp of IPIP101 must be a number"),
                (line("IPIP101", outer_dscp=0, inner_dscp=46, ttl=1), "values: IPIP101 has other values; make the baseline anew with --write-baseline"),
                (line("IPIP101", outer_dscp=0, dscp=46), "values: inner_dscp of IPIP101 must be a number"),
                (line("IPIP101", outer_dscp="0", inner_dscp=46), "values: outer_dscp of IPIP101 must be a number"),
                (line("IPIP101", outer_dscp=-1, inner_dscp=46), "values: outer_dscp of IPIP101 must be a number"),
                (line("IPIP101", outer_dscp=2**32, inner_dscp=46), "values: outer_dscp of IPIP101 must be a number"),
                (line("IPIP202", inner_src="berlin"), "values: inner_src of IPIP202 must be an IP address"),
                (line("IPIP302", reason="\x1b[2J"), "values: reason of IPIP302 must be a string without control characters"),
                (line("IPIP302", reason=1), "values: reason of IPIP302 must be a string without control characters"),
                (line().replace("{}", "[]"), 'values: it must be an object, such as {"path_mtu":1400}'),
                (line(rule="a\x1b"), "rule: no such rule; `ipip rules` lists them"),
                (line(reason="x" * 65536), "a line must have at most 65536 octets")):
            self.refused(FIRST + "\n\n" + text + "\n", "3: " + message)

    def test_hostile(self):
        """Any octets at all: read, or refused with the line; never a crash, and never more than a moment."""
        whole = "\n".join((FIRST, line(), line("IPIP101", "dscp-not-copied", outer_dscp=0, inner_dscp=46),
                           line("IPIP302", "icmp-quote-mismatch", reason="checksum"), "")).encode()
        cuts = [whole[:end] for end in range(len(whole))]
        zeros = [whole[:at] + b"\0" + whole[at + 1:] for at in range(len(whole))]
        deep = [FIRST.encode() + b"\n" + one * 30000 + b"\n" for one in (b"[", b'{"a":', b"[[],")]
        types = [json.dumps({**json.loads(line()), key: wrong}).encode() for key in json.loads(line())
                 for wrong in (None, True, 1e308, -1, 2**63, "", "x" * 60000, [], {}, [[]], {"a": {}}, "\0", "\ud800")]
        others = [b"\xff" * 1000, b"\0" * 100000, FIRST.encode() + b"\n" * 1000000, FIRST.encode() + b"\n" + b"9" * 60000,
                  (FIRST + "\n" + "\n".join(line(src="10.%d.%d.%d" % (n >> 16, n >> 8 & 255, n & 255)) for n in range(100001))).encode()]
        def checked(data):
            with tempfile.NamedTemporaryFile(dir=self.folder) as file:
                file.write(data)
                file.flush()
                return data, sound(run("check", "--baseline", file.name, "-", stdin=pcap([LOST_DF])))

        for data, result in harness.each(checked, [*cuts, *zeros, *deep, *(FIRST.encode() + b"\n" + one for one in types), *others]):
            self.assertIn(result.returncode, (0, 1, 2), data[:200])
            if result.returncode == 2:
                self.assertRegex(result.stderr.decode(), r"^ipip check: \S+:\d+: [ -~]+\n$")

    def test_files(self):
        for path, message in ((self.folder / "none", "No such file or directory"), (self.folder, "Is a directory")):
            result = run("check", "--baseline", path, "-", stdin=pcap([LOST_DF]))
            self.assertEqual((result.returncode, result.stdout, result.stderr.decode()), (2, b"", "ipip check: %s: %s\n" % (path, message)))
        result = run("check", "--baseline", "-", "-", stdin=pcap([LOST_DF]))
        self.assertEqual(result.returncode, 2)
        self.assertIn(b"only one of", result.stderr)

    def test_only_check_has_them(self):
        for verb in ("tunnels", "roundtrip"):
            self.assertEqual(subprocess.run([COMMAND, verb, "--baseline", "x", "-"], stderr=subprocess.DEVNULL).returncode, 2)


if __name__ == "__main__":
    harness.main()
