# SPDX-License-Identifier: GPL-2.0-or-later
"""From many findings to the few that matter: --min-severity, --summary, --select by prefix, --group-by, folders; the schema of JSON Lines."""

import json
import os
import tempfile
import unittest
from collections import Counter
from pathlib import Path

import harness
from harness import TESTDATA, Check, run
from packets import ethernet, pcap, udp
from tunnel_packets import inner, outer
from vectors import VECTORS

VIOLATIONS = TESTDATA / "violations.pcap"
SCHEMA = json.loads((TESTDATA.parent / "schema" / "ipip-check-1.schema.json").read_text())
LOST_DF = ethernet(outer(inner(id=2), df=False, id=2))  # IPIP105, an error


def lines(*arguments, **options):
    return [json.loads(line) for line in run("check", "--no-config", "--format", "jsonl", *arguments, **options).stdout.splitlines()]


class MinSeverity(unittest.TestCase):
    def test_reported(self):
        whole = Check("--no-config", VIOLATIONS)
        for least, severities in (("note", {"note", "warning", "error"}), ("warning", {"warning", "error"}), ("error", {"error"})):
            result = Check("--no-config", "--min-severity", least, VIOLATIONS)
            self.assertEqual(result.findings, [f for f in whole.findings if f["severity"] in severities])
            below = result.summary.pop("below_min_severity", 0)
            self.assertEqual((len(result.findings) + below, result.summary, result.status), (len(whole.findings), whole.summary, whole.status))

    def test_the_status_stays(self):
        note = pcap(VECTORS["IPIP106"].fail)
        for status, options in ((1, ("--fail-on", "note")), (0, ())):
            result = run("check", "--no-config", "--min-severity", "error", *options, "-", stdin=note)
            self.assertEqual(result.returncode, status)
            self.assertIn(b"not shown, below --min-severity: 1\n", result.stdout)

    def test_every_format(self):
        for format in ("sarif", "junit", "github", "gitlab", "csv", "markdown"):
            result = run("check", "--no-config", "--format", format, "--min-severity", "error", VIOLATIONS)
            self.assertIn("frame 2", result.stdout.replace(",2,", "frame 2").replace('"begin":2', "frame 2"))
            self.assertNotIn("outer CE over inner Not-ECT: the", result.stdout)


class Summary(unittest.TestCase):
    def test_alone(self):
        whole = lines(VIOLATIONS)
        self.assertEqual(lines("--summary", VIOLATIONS), whole[-1:])
        text = run("check", "--no-config", VIOLATIONS).stdout
        short = run("check", "--no-config", "--summary", VIOLATIONS)
        self.assertTrue(text.endswith(short.stdout))
        self.assertTrue(short.stdout.startswith("11 packets in 1 file"))
        self.assertEqual(short.returncode, 1)

    def test_files_have_everything(self):
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder, "all.jsonl")
            run("check", "--no-config", "--summary", "--output", "jsonl=%s" % path, VIOLATIONS)
            self.assertEqual([json.loads(line) for line in path.read_text().splitlines()], lines(VIOLATIONS))

    def test_usage(self):
        for options in (("--summary", "--group-by", "rule"), ("--summary", "--format", "sarif"), ("--group-by", "rule", "--format", "csv"),
                        ("--group-by", "colour"), ("--min-severity", "never")):
            self.assertEqual(run("check", "--no-config", *options, VIOLATIONS).returncode, 2, options)


class Select(unittest.TestCase):
    def rules(self, *options):
        return set(lines(*options, VIOLATIONS)[-1]["rules"])

    def test_prefix(self):
        every = self.rules()
        for prefix in ("IPIP1", "ipip10", "IPIP6", "IPIP70"):
            chosen = {rule for rule in every if rule.startswith(prefix.upper())}
            self.assertEqual(self.rules("--select", prefix), chosen)
            self.assertEqual(self.rules("--ignore", prefix), every - chosen)
        self.assertEqual(self.rules("--select", "IPIP10,IPIP502", "--ignore", "IPIP105"), {rule for rule in every if rule[:6] == "IPIP10" or rule == "IPIP502"} - {"IPIP105"})
        self.assertEqual(self.rules("--select", "105"), {"IPIP105"})

    def test_nothing_begins_so(self):
        for prefix in ("IPIP", "IPIP99", "IPIP1055", "1", ""):
            self.assertEqual(run("check", "--no-config", "--select", prefix, VIOLATIONS).returncode, 2, prefix)


class GroupBy(unittest.TestCase):
    KEYS = {"rule": lambda f: f["rule"], "tunnel": lambda f: json.dumps(f["tunnel"]), "inner-flow": lambda f: json.dumps(f.get("inner_flow"))}

    def test_counts(self):
        """Each finding is in one group, which has its severity, rule, time."""
        captures = (VIOLATIONS, TESTDATA / "toobig.pcapng", TESTDATA / "erspan.pcap")
        findings = [line for line in lines(*captures) if line["type"] == "finding"]
        for key, of in self.KEYS.items():
            groups = [line for line in lines("--group-by", key, *captures) if line["type"] == "group"]
            self.assertEqual({group["by"] for group in groups}, {key})
            name = {"rule": "rule", "tunnel": "tunnel", "inner-flow": "inner_flow"}[key]
            found = {group[name] if key == "rule" else json.dumps(group[name]): group for group in groups}
            self.assertEqual(len(found), len(groups))
            expected = {}
            for finding in findings:
                expected.setdefault(of(finding), []).append(finding)
            self.assertEqual(set(found), set(expected))
            for name, group in found.items():
                self.assertEqual(+Counter(group["findings"]), Counter(f["severity"] for f in expected[name]))
                self.assertEqual(group["rules"], sorted({f["rule"] for f in expected[name]}))
                self.assertEqual((group["first_time"], group["last_time"]), (min(f["time"] for f in expected[name]), max(f["time"] for f in expected[name])))
                self.assertEqual((group["file"], group["frame"]), (expected[name][0]["file"], expected[name][0]["frame"]))
            order = [(-group["findings"]["error"], -group["findings"]["warning"], -group["findings"]["note"]) for group in groups]
            self.assertEqual(order, sorted(order))

    def test_text(self):
        data = pcap([LOST_DF] * 5 + [ethernet(outer(inner(payload=udp("10.1.0.1", "10.2.0.1", dport=53)), df=False))])
        text = run("check", "--no-config", "--select", "IPIP105", "--group-by", "inner-flow", "-", stdin=data).stdout.decode()
        self.assertIn("inner flow UDP 10.1.0.1:40000 > 10.2.0.1:9000: 5 errors, first - frame 1\n", text)
        self.assertIn("inner flow UDP 10.1.0.1:40000 > 10.2.0.1:53: 1 error, first - frame 6\n", text)
        self.assertNotIn("usual cause", text)
        self.assertIn("6 errors, 0 warnings, 0 notes", text)

    def test_known(self):
        with tempfile.TemporaryDirectory() as folder:
            known = Path(folder, "known")
            run("check", "--no-config", "--quiet", "--write-baseline", known, VIOLATIONS)
            groups = [line for line in lines("--baseline", known, "--group-by", "tunnel", VIOLATIONS) if line["type"] == "group"]
            self.assertEqual([(group["findings"], group["known"]) for group in groups], [({"error": 0, "warning": 0, "note": 0}, 14)])


class Folders(unittest.TestCase):
    def test_captures_in_folders(self):
        """By name, in order; other files are left alone, and links to folders."""
        with tempfile.TemporaryDirectory() as folder:
            for name in ("b.pcap", "a/2.pcapng", "a/1.pcap.gz", "a/deep/3.pcap0", "a/notes.txt", "c.cap"):
                path = Path(folder, name)
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(pcap([LOST_DF]))
            os.symlink(folder, Path(folder, "a", "loop"))
            expected = [str(Path(folder, name)) for name in ("a/1.pcap.gz", "a/2.pcapng", "a/deep/3.pcap0", "b.pcap")]
            self.assertEqual([f["file"] for f in Check("--no-config", "--select", "IPIP105", folder).findings], expected)
            self.assertEqual(Check("--no-config", folder, Path(folder, "c.cap")).summary["files"], 5)
            for verb in ("tunnels", "roundtrip"):
                self.assertEqual(json.loads(run(verb, "--format", "jsonl", folder).stdout.splitlines()[-1])["packets"], 4)

    def test_none(self):
        with tempfile.TemporaryDirectory() as folder:
            result = run("check", folder)
            self.assertEqual((result.returncode, result.stdout), (3, ""))
            self.assertIn("*.pcap*", result.stderr)


class Schema(unittest.TestCase):
    def check(self, found):
        kinds = Counter(line["type"] for line in found)
        try:
            import jsonschema
        except ImportError:  # the members at least
            for line in found:
                described = SCHEMA["definitions"][line["type"]]
                self.assertLessEqual(set(described["required"]), set(line))
                self.assertLessEqual(set(line), set(described["properties"]))
            return kinds
        validator = jsonschema.Draft7Validator(SCHEMA)
        for line in found:
            validator.validate(line)
        return kinds

    def test_itself(self):
        self.assertEqual(SCHEMA["definitions"]["summary"]["properties"]["version"]["const"], 1)
        try:
            import jsonschema
        except ImportError:
            return
        jsonschema.Draft7Validator.check_schema(SCHEMA)
        with self.assertRaises(jsonschema.ValidationError):
            jsonschema.Draft7Validator(SCHEMA).validate({"type": "finding"})

    def test_every_rule(self):
        for name, vector in VECTORS.items():
            self.check(lines("-", stdin=pcap(vector.fail, vector.link_type, captured=vector.captured)))

    def test_every_line(self):
        with tempfile.TemporaryDirectory() as folder:
            known, policy = Path(folder, "known"), Path(folder, "policy")
            policy.write_text("[policy]\nvantage = entry\n[rule IPIP106]\nseverity = off\nreason = filtered\n")
            captures = [VIOLATIONS, TESTDATA / "toobig.pcapng", TESTDATA / "erspan.pcap"]
            run("check", "--no-config", "-q", "--write-baseline", known, *captures)
            self.assertEqual(set(self.check(lines("--baseline", known, VIOLATIONS))), {"finding", "baseline", "summary"})
            for key in ("rule", "tunnel", "inner-flow"):
                self.assertEqual(set(self.check(lines("--group-by", key, *captures))), {"group", "summary"})
            self.check(lines("--max-findings", "1", "--min-severity", "warning", *captures))
            result = run("check", "--config", policy, "--format", "jsonl", *captures)
            self.check([json.loads(line) for line in result.stdout.splitlines()])
            self.check(lines(*sorted((TESTDATA / "siblings").glob("*/outer.pcap"))[:40]))


if __name__ == "__main__":
    harness.main()
