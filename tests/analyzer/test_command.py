# SPDX-License-Identifier: GPL-2.0-or-later
"""The contract of the command: exit statuses, options, what is printed where, the keys of JSON Lines."""

import json
import os
import pty
import re
import subprocess
import tempfile
import unittest
from pathlib import Path

import harness
from harness import COMMAND, Check, Roundtrip, run
from packets import ethernet, pcap, udp
from tunnel_packets import A, B, HOST, PEER, fragments, inner, outer
from vectors import VECTORS

GOOD = ethernet(outer(inner()))
LOST_DF = ethernet(outer(inner(id=2), df=False, id=2))  # IPIP105, an error
WARNING = VECTORS["IPIP502"].fail
NOTE = VECTORS["IPIP106"].fail


def check(data, *options):
    return run("check", *options, "-", stdin=data)


class Status(unittest.TestCase):
    def test_fail_on(self):
        """The severity from which on findings make the exit status 1, by what there is."""
        expected = {  # note, warning, error, never
            "clean": (0, 0, 0, 0), "note": (1, 0, 0, 0), "warning": (1, 1, 0, 0), "error": (1, 1, 1, 0)}
        frames = {"clean": [GOOD], "note": NOTE, "warning": WARNING, "error": [LOST_DF]}
        for name, statuses in expected.items():
            for fail_on, status in zip(("note", "warning", "error", "never"), statuses):
                for format in ("text", "jsonl"):
                    result = check(pcap(frames[name]), "--fail-on", fail_on, "--format", format)
                    self.assertEqual(result.returncode, status, (name, fail_on, format))
            self.assertEqual(check(pcap(frames[name])).returncode, statuses[1], name)

    def test_usage(self):
        for arguments in ((), ("frob",), ("check",), ("check", "--nonsense", "x"), ("check", "--select", "IPIP000", "x"),
                          ("check", "--jobs", "-1", "x"), ("check", "--select", "IPIP105", "--ignore", "IPIP105", "x"),
                          ("encap", "-w", "-", "--tunnel", "local 10.0.0.1 remote 10.0.0.1", "x"), ("decap", "x"), ("decap", "-w", "-", "a", "b"),
                          ("decap", "-w", "-", "--depth", "0", "x"), ("encap", "-w", "-", "x"),
                          ("encap", "-w", "-", "--tunnel", "local 10.0.0.1", "x"), ("rules", "x"), ("explain",), ("explain", "IPIP999")):
            result = run(*arguments)
            self.assertEqual(result.returncode, 2, arguments)
            self.assertEqual(result.stdout, "", arguments)
            self.assertRegex(result.stderr, r"^ipip.*\n", arguments)

    def test_unreadable(self):
        """What was readable is judged and reported; the status shows that something was not."""
        with tempfile.TemporaryDirectory() as folder:
            good, broken, none = (Path(folder) / name for name in ("good.pcap", "broken.pcap", "none.pcap"))
            good.write_bytes(pcap([LOST_DF]))
            broken.write_bytes(pcap([LOST_DF, GOOD])[:-1])
            for paths, found in (((none, good), 1), ((good, none), 1), ((broken, good), 2), ((folder,), 2)):
                result = Check(*paths)
                self.assertEqual(result.status, 3, paths)
                self.assertEqual(len(result.of("IPIP105")), found)
            result = run("check", none, good)
            self.assertEqual(result.stderr, "ipip check: %s: No such file or directory\n" % none)

    def test_every_message_names_the_command(self):
        """On standard error, where those of several programs come together. A summary, and where the help is, go on without."""
        with tempfile.TemporaryDirectory() as folder:
            cut, text, out = (str(Path(folder, name)) for name in ("cut.pcap", "text", "out"))
            Path(cut).write_bytes(pcap([LOST_DF, GOOD])[:-1])
            Path(text).write_text("no capture")
            for verb, *options in (("check",), ("tunnels",), ("roundtrip",), ("decap", "-w", out), ("encap", "-w", out, "--tunnel", "local 10.0.0.1 remote 10.0.0.2"),
                                   ("check", "--write-baseline", out), ("check", "--filter", "vlan"), ("check", "--baseline", text), ("check", "--config", text)):
                for capture in (cut, text, folder, "none"):
                    lines = run(verb, *options, capture).stderr.splitlines()
                    messages = [line for line in lines if not re.match(r"  |\d+ packets? read, |See `ipip \w+ --help`\.$", line)]
                    self.assertGreater(len(messages), 0)
                    for message in messages:
                        self.assertTrue(message.startswith("ipip %s: " % verb), message)

    def test_output_not_written(self):
        for verb in ("check", "roundtrip"):
            with open("/dev/full", "w") as full:
                result = subprocess.run([COMMAND, verb, "-"], input=pcap([LOST_DF]), stdout=full, stderr=subprocess.PIPE)
            self.assertEqual(result.returncode, 4, verb)
            self.assertIn(b"standard output", result.stderr)
        for arguments in (("--help",), ("--version",), ("check", "--help"), ("rules",), ("explain", "IPIP105")):
            with open("/dev/full", "w") as full:
                self.assertEqual(subprocess.run([COMMAND, *arguments], stdout=full, stderr=subprocess.PIPE).returncode, 4, arguments)

    def test_version_names_the_libraries(self):
        """Those it runs with: which of them reads a file differently is what a bug report needs."""
        said = harness.run("--version").stdout
        self.assertRegex(said, r"^ipip \d+\.\d+\.\d+\n")
        self.assertRegex(said, r"\nwith GLib [0-9.]+, libpcap version [0-9.]+[^,\n]*, jansson [0-9.]+, zlib [0-9.]+[^,\n]*, zstd [0-9.]+, lz4 [0-9.]+\n")

    def test_standard_files_are_closed(self):
        """An output that can't be written is no clean end, an input that can't be read no empty one."""
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "a.pcap"
            path.write_bytes(pcap([GOOD]))
            for arguments in (("check", path), ("tunnels", path), ("roundtrip", path), ("rules",), ("explain", "IPIP105"), ("--help",),
                              ("--version",), ("check", "--help"), ("check", "--format", "jsonl", path), ("decap", "-w", "-", path)):
                result = subprocess.run([COMMAND, *arguments], stderr=subprocess.PIPE, preexec_fn=lambda: os.close(1))
                self.assertEqual(result.returncode, 4, arguments)
                self.assertIn(b"Bad file descriptor", result.stderr)
            self.assertEqual(subprocess.run([COMMAND, "check", "-q", path], preexec_fn=lambda: os.close(1)).returncode, 0)
            for verb in ("check", "tunnels", "roundtrip"):
                result = subprocess.run([COMMAND, verb, "-"], capture_output=True, preexec_fn=lambda: os.close(0))
                self.assertEqual(result.returncode, 3, verb)
                self.assertIn(b"Bad file descriptor", result.stderr)

    def test_standard_output_is_an_input(self):
        """As cat refuses it: what is written would be read again."""
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "a.pcap"
            data = pcap([LOST_DF])
            path.write_bytes(data)
            for arguments in (("check",), ("check", "-q"), ("tunnels",), ("roundtrip",), ("decap", "-w", "-")):
                for name in (path, "-"):
                    with open(path, "ab") as output, open(path, "rb") as input:
                        result = subprocess.run([COMMAND, *arguments, name], stdin=input, stdout=output, stderr=subprocess.PIPE)
                    self.assertEqual((result.returncode, path.read_bytes()), (2, data), arguments)
                    self.assertIn(b"%s: standard output is the same file" % str(name).encode(), result.stderr)

    def test_reader_goes_away(self):
        """As in `ipip check --all ... | head -1`: no noise, no endless work."""
        result = subprocess.run("'%s' check --all - | head -1" % COMMAND, shell=True, input=pcap([LOST_DF] * 5000),
                                stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=harness.HANGS)
        self.assertTrue(result.stdout.startswith(b"error IPIP105"))
        self.assertNotIn(b"rror:", result.stderr)


class Options(unittest.TestCase):
    def test_select_and_ignore(self):
        data = pcap([ethernet(outer(inner(ttl=0), df=False))])  # IPIP105 and IPIP115
        for options, expected in (((), {"IPIP105", "IPIP115"}), (("--select", "IPIP105"), {"IPIP105"}),
                                  (("--select", "ipip105,inner-ttl-zero,"), {"IPIP105", "IPIP115"}),
                                  (("--select", "IPIP105", "--select", "IPIP115"), {"IPIP105", "IPIP115"}),
                                  (("--ignore", "df-not-propagated"), {"IPIP115"}),
                                  (("--select", "IPIP105,IPIP109", "--ignore", "IPIP105"), set())):
            result = Check(*options, "-", stdin=data)
            self.assertEqual({finding["rule"] for finding in result.findings}, expected, options)
            if "--select" in options:
                self.assertLessEqual(set(result.summary["rules"]), {"IPIP105", "IPIP109", "IPIP115"})
            self.assertEqual(result.status, int(bool(expected)))

    def test_quiet(self):
        for verb, status in (("check", 1), ("roundtrip", 0)):
            result = run(verb, "--quiet", "-", stdin=pcap([LOST_DF]))
            self.assertEqual((result.returncode, result.stdout, result.stderr), (status, b"", b""))
        result = run("check", "--quiet", "/nonexistent")
        self.assertEqual(result.returncode, 3)
        self.assertNotEqual(result.stderr, "")  # errors are said all the same

    def test_color(self):
        def output(*options, **environment):
            return subprocess.run([COMMAND, "check", *options, "-"], input=pcap([LOST_DF]), stdout=subprocess.PIPE,
                                  env={**os.environ, **environment}).stdout

        self.assertNotIn(b"\x1b", output())  # no terminal
        self.assertIn(b"\x1b[", output("--color", "always"))
        self.assertNotIn(b"\x1b", output("--color", "never"))
        self.assertIn(b"\x1b[", output("--color", "always", NO_COLOR="1"))  # said on purpose: it wins

    def test_folding(self):
        """The first few of a finding on a tunnel, then a count; with --all each."""
        other = ethernet(outer(inner(), src="10.0.0.3", df=False))
        data = pcap([LOST_DF] * 10 + [other])
        text = check(data, "--select", "IPIP105").stdout.decode()
        self.assertEqual(text.count("error IPIP105"), 4)
        self.assertIn("IPIP105 df-not-propagated: 7 more on tunnel %s > %s, the last in - frame 10" % (A, B), text)
        self.assertIn("11 errors", text)
        text = check(data, "--select", "IPIP105", "--all").stdout.decode()
        self.assertEqual(text.count("error IPIP105"), 11)
        self.assertNotIn("more on", text)
        self.assertEqual(len(Check("-", stdin=data).of("IPIP105")), 11)

    def test_max_findings(self):
        """At most so many of a rule, whatever the format; the others are counted, and nothing else changes."""
        other = ethernet(outer(inner(), src="10.0.0.3", df=False))
        data = pcap([LOST_DF] * 10 + [other] * 5 + list(NOTE))
        rules = ("--select", "IPIP105,IPIP106")
        whole = Check(*rules, "-", stdin=data)
        self.assertEqual((len(whole.of("IPIP105")), len(whole.of("IPIP106"))), (15, 1))
        self.assertEqual(whole.of("IPIP106")[0]["scope"], "tunnel")
        self.assertNotIn("omitted", whole.summary)
        for most in (0, 1, 4, 15):
            limited = Check(*rules, "--max-findings", most, "-", stdin=data)
            shown = [f for rule in ("IPIP105", "IPIP106") for f in whole.of(rule)[:most]]
            self.assertEqual(limited.findings, shown)
            omitted = {rule: count - most for rule, count in (("IPIP105", 15), ("IPIP106", 1)) if count > most}
            self.assertEqual(limited.summary.pop("omitted"), omitted)
            self.assertEqual(limited.summary, whole.summary)
            self.assertEqual(limited.status, whole.status)
        for options, shown, folded, omitted in ((("--max-findings", "5"), 5, [7], 3), (("--max-findings", "2"), 2, [], 13),
                                                (("--max-findings", "5", "--all"), 5, [], 10), (("--max-findings", "0"), 0, [], 15)):
            result = check(data, *rules, *options)
            text = result.stdout.decode()
            self.assertEqual(result.returncode, 1)
            self.assertEqual(text.count("error IPIP105"), shown, options)
            self.assertEqual(re.findall(r"IPIP105 \S+: (\d+) more on", text), [str(count) for count in folded])
            self.assertIn("IPIP105 df-not-propagated: %d more, not shown (a larger --max-findings shows more)\n" % omitted, text)
            self.assertIn("15 errors, 0 warnings, 1 note", text)
        self.assertEqual(check(data, *rules, "--quiet", "--max-findings", "0").stdout, b"")
        for wrong in ("-1", "x", "99999999999"):
            self.assertEqual(check(data, "--max-findings", wrong).returncode, 2)

    def test_max_findings_and_a_baseline(self):
        """Known findings don't take the place of new ones, and all of them become known."""
        data = pcap([LOST_DF] * 5)
        new = pcap([LOST_DF] * 5 + [ethernet(outer(inner(), src="10.0.0.3", df=False))] * 5)
        rules = ("--select", "IPIP105", "--max-findings", "2")
        with tempfile.TemporaryDirectory() as folder:
            known = Path(folder, "known.jsonl")
            self.assertEqual(check(data, *rules, "--write-baseline", known).returncode, 1)
            self.assertEqual(check(data, *rules, "--baseline", known).returncode, 0)
            result = Check(*rules, "--baseline", known, "-", stdin=new)
            self.assertEqual([(f["frame"], f.get("known", False)) for f in result.findings], [(1, True), (2, True), (6, False), (7, False)])
            self.assertEqual((result.status, result.summary["known"], result.summary["omitted"]), (1, 5, {"IPIP105": 6}))
            text = check(new, *rules, "--baseline", known).stdout.decode()
            self.assertEqual(text.count("error IPIP105"), 2)
            self.assertIn("IPIP105 df-not-propagated: 3 more, not shown", text)

    def test_filters(self):
        frames = [LOST_DF, ethernet(outer(inner(src="10.7.0.1"), df=False)), ethernet(inner(src="10.7.0.1"))]
        for options, expected in ((("--filter", "src host 10.0.0.1"), [1, 2]), (("--filter", "src host 10.7.0.1"), []),
                                  (("--inner", "src host 10.7.0.1"), [2]), (("--inner", "udp and src host 10.1.0.1"), [1])):
            result = Check(*options, "-", stdin=pcap(frames))
            self.assertEqual([finding["frame"] for finding in result.of("IPIP105")], expected, options)

    def test_inner_filter_and_fragments(self):
        """What is innermost in fragments is known when all are there; until then, and without it, nothing matches."""
        frames = [LOST_DF] + fragments(inner(payload=udp(HOST, PEER, bytes(200))), 64, 128)  # inner DF: IPIP116
        for expression, rules in (("udp dst port 9000 and greater 200", {"IPIP116"}), ("tcp", set())):
            result = Check("--inner", expression, "-", stdin=pcap(frames))
            self.assertEqual({finding["rule"] for finding in result.findings if finding["severity"] == "error"}, rules)
            self.assertEqual(result.summary["skipped"]["filtered"], len(frames) - len(rules))
            self.assertEqual(Check("--inner", expression, "-", stdin=pcap(frames[:-1])).findings, [])
            summary = Roundtrip("--inner", expression, "-", stdin=pcap(frames)).summary
            self.assertEqual(summary["skipped"]["filtered"], 1 if rules else 4)
            tunnels = harness.run("tunnels", "--format", "jsonl", "--inner", expression, "-", stdin=pcap(frames)).stdout.splitlines()
            self.assertEqual(json.loads(tunnels[0]).get("packets"), 1 if rules else 0)

    def test_nothing_wrong_in_what_was_asked_for(self):
        """The line is true: a rule that had too few packets lacked evidence, and the line counts such rules."""
        few = [rule for rule, verdicts in Check("-", stdin=pcap([GOOD])).summary["rules"].items() if verdicts["unknown"]]
        self.assertIn("IPIP107", few)
        text = check(pcap([GOOD])).stdout.decode()
        self.assertIn("nothing wrong in what could be checked; %d rules lacked evidence (--all names them)\n" % len(few), text)
        text = check(pcap([GOOD]), "--all").stdout.decode()
        self.assertIn("nothing wrong in what could be checked; %d rules lacked evidence\n" % len(few), text)
        for rule in few:
            self.assertIn(rule, text)
        self.assertIn(b"nothing wrong in what could be checked; 1 rule lacked evidence (--all names it)\n",
                      check(pcap([GOOD]), "--select", "IPIP107").stdout)
        self.assertIn(b"nothing wrong by the rules that were checked (1 of ", check(pcap([GOOD]), "--select", "IPIP105").stdout)

    def test_several_captures_are_one_run(self):
        with tempfile.TemporaryDirectory() as folder:
            paths = [Path(folder) / name for name in ("a.pcap", "b.pcap")]
            for path in paths:
                path.write_bytes(pcap(NOTE))
            result = Check("--ignore", "IPIP905", *paths)
            self.assertEqual([(finding["count"], finding["frame"], finding["file"]) for finding in result.findings],
                             [(2, 1, str(paths[0]))])
            self.assertEqual(result.summary["files"], 2)

    def test_options_of_one_letter(self):
        """-wFILE is -w FILE; a file whose name looks like several options is not one of them."""
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "in.pcap"
            path.write_bytes(pcap([LOST_DF]))
            self.assertEqual(run("decap", "-qw%s/out.pcap" % folder, path).returncode, 0)
            self.assertTrue((Path(folder) / "out.pcap").exists())
            self.assertEqual(run("decap", "-q", "-w", folder + "/-out.pcap", path).returncode, 0)
            for arguments in (("check", "-nh.pcap", path), ("check", "-xh", path), ("check", "-qn", path), ("decap", "-w", "", path)):
                result = run(*arguments)
                self.assertEqual((result.returncode, result.stdout), (2, ""), arguments)

    def test_terminals_are_no_captures(self):
        try:
            terminal, end = pty.openpty()
        except OSError as error:
            self.skipTest("no pseudo-terminal: %s" % error)  # as in a bare chroot
        result = subprocess.run([COMMAND, "check", "-"], stdin=end, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        self.assertEqual((result.returncode, b"is a terminal" in result.stderr), (2, True))
        with tempfile.NamedTemporaryFile() as capture:
            result = subprocess.run([COMMAND, "decap", "-w", "-", capture.name], stdout=end, stderr=subprocess.PIPE)
        self.assertEqual((result.returncode, b"is a terminal" in result.stderr), (2, True))
        os.close(terminal)
        os.close(end)

    def test_a_path_that_looks_like_an_option(self):
        with tempfile.TemporaryDirectory() as folder:
            (Path(folder) / "-x.pcap").write_bytes(pcap([LOST_DF]))
            result = subprocess.run([Path(COMMAND).resolve(), "check", "--", "-x.pcap"], cwd=folder, capture_output=True)
            self.assertEqual(result.returncode, 1)


class JsonLines(unittest.TestCase):
    def test_finding(self):
        finding = Check("-", stdin=pcap([GOOD, LOST_DF], nanoseconds=True)).of("IPIP105")[0]
        message = finding.pop("message")
        self.assertIn("DF", message)
        self.assertEqual(finding, {
            "type": "finding", "file": "-", "frame": 2, "time": "2023-11-14T22:13:21.125986000Z", "rule": "IPIP105",
            "slug": "df-not-propagated", "severity": "error", "confidence": "certain",
            "tunnel": {"mode": "ipip", "src": A, "dst": B}, "layer": 0, "values": {},
            "inner_flow": {"protocol": 17, "src": HOST, "sport": 40000, "dst": PEER, "dport": 9000}, "expected": "DF=1", "actual": "DF=0",
            "reference": "RFC 2003 section 3.1"})

    def test_finding_of_a_tunnel(self):
        finding = Check("-", stdin=pcap(NOTE * 3)).of("IPIP106")[0]
        self.assertEqual((finding["scope"], finding["count"], finding["frame"]), ("tunnel", 3, 1))

    def test_summary(self):
        summary = Check("-", stdin=pcap([GOOD, LOST_DF, ethernet(inner())])).summary
        self.assertEqual({key: summary[key] for key in ("type", "files", "packets", "tunnel_packets", "tunnels", "findings")},
                         {"type": "summary", "files": 1, "packets": 3, "tunnel_packets": 2, "tunnels": 1,
                          "findings": {"error": 1, "warning": 0, "note": 0}})
        self.assertEqual(summary["rules"]["IPIP105"], {"pass": 1, "fail": 1, "not_applicable": 0, "unknown": 0})
        self.assertEqual((summary["skipped"]["link_type"], summary["skipped"]["truncated"]), (0, 0))
        rules = map(json.loads, run("rules", "--format", "jsonl").stdout.splitlines())
        subjects = {rule["rule"]: rule["subject"] for rule in rules}
        counts = {"tunnel packets": 2, "icmp messages": 0, "inner packets": 1, "matched packets": 0, "named packets": 0, "udp packets": 0}
        self.assertEqual((summary["icmp_messages"], summary["inner_packets"], summary["matched_packets"]), (0, 1, 0))
        for rule, verdicts in summary["rules"].items():
            self.assertEqual(sum(verdicts.values()), counts[subjects[rule]], rule)

    def test_every_line_is_an_object(self):
        """Also where a file's name is no UTF-8 and has quotes and line ends in it."""
        with tempfile.TemporaryDirectory() as folder:
            path = os.path.join(os.fsencode(folder), b'a"\xff\n.pcap')
            Path(os.fsdecode(path)).write_bytes(pcap([LOST_DF]))
            lines = subprocess.run([COMMAND, "check", "--format", "jsonl", path], stdout=subprocess.PIPE).stdout.splitlines()
            self.assertEqual([json.loads(line)["type"] for line in lines], ["finding", "summary"])

    def test_no_packets(self):
        result = Check("-", stdin=pcap([]))
        self.assertEqual((result.status, result.findings, result.summary["tunnel_packets"]), (0, [], 0))

    def test_rules(self):
        rows = [json.loads(line) for line in run("rules", "--format", "jsonl").stdout.splitlines()]
        self.assertGreater(len(rows), 50)
        for row in rows:
            self.assertRegex(row["rule"], r"^IPIP\d{3}$")
            self.assertIn(row["severity"], ("note", "warning", "error"))
            self.assertTrue(row["slug"] and row["title"] and row["reference"])
            self.assertIn(row["title"], run("explain", row["rule"]).stdout)

    def test_rules_of_kinds(self):
        """Those that name the kind; all rules without --kinds, the ones on kinds that are named only, too."""
        rows = [json.loads(line) for line in run("rules", "--format", "jsonl").stdout.splitlines()]
        self.assertIn("IPIP811", [row["rule"] for row in rows])
        for kinds in (("gre",), ("6in4", "minimal"), ("pptp",)):
            listed = [json.loads(line)["rule"] for line in run("rules", "--format", "jsonl", "--kinds", ",".join(kinds)).stdout.splitlines()]
            self.assertEqual(listed, [row["rule"] for row in rows if set(kinds) & set(row["kinds"])], kinds)
            self.assertTrue(0 < len(listed) < len(rows))
            self.assertEqual(len(run("rules", *(word for kind in kinds for word in ("--kinds", kind))).stdout.splitlines()), len(listed) + 1)
        self.assertEqual(run("rules", "--kinds", "all").stdout, run("rules").stdout)
        self.assertEqual(run("rules", "--kinds", "sit").returncode, 2)


if __name__ == "__main__":
    harness.main()
