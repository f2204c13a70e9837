# SPDX-License-Identifier: GPL-2.0-or-later
"""The formats of `check`: each read back has the same findings, is valid, and keeps hostile names text."""

import gzip
import hashlib
import json
import os
import re
import shutil
import struct
import subprocess
import tempfile
import unittest
import xml.etree.ElementTree as ElementTree
from pathlib import Path

import formats
import harness
from formats import FORMATS
from harness import TESTDATA, run
from packets import ethernet, ipv4, pcap, pcapng_block, pcapng_option, pcapng_packet
from tunnel_packets import cut, inner, outer
from vectors import VECTORS

CAPTURES = [TESTDATA / name for name in ("violations.pcap", "toobig.pcapng", "erspan.pcap", "lab.pcapng")]
SCHEMAS = Path(os.environ.get("IPIP_SCHEMAS", harness.CAPTURES.parent / "schemas" if os.environ.get("IPIP_CAPTURES") else ""))
JSON = ("jsonl", "sarif", "gitlab")  # for programs: what a name has besides control characters stays
LOST_DF = ethernet(outer(inner(id=2), df=False, id=2))  # IPIP105, an error
HOSTILE = ["=cmd|' /C calc'!A0.pcap", "+1.pcap", "@SUM(A1).pcap", "a|b`c``d.pcap", "<b>&amp;\"'.pcap", "::error::x.pcap", "a,line=1::b.pcap", "%0A::x.pcap",
           "\x1b[31m\x07.pcap", "new\nline\r.pcap", "]]>.pcap", "# [x](http:y) @user.pcap", "\u202etxt.pcap", "\\|.pcap", "{{x}} $(id) .pcap",
           "</script><img src=x onerror=x()>.pcap", "`|`</td>\n::error::\n```.pcap"]

# The same in a capture, in whatever it says of itself; and octets that are no text.
SAID = b"said=</script><img src=x onerror=x()>|`%0A\n::error::x\x1b[31m\xff\xfe"


def check(format, *arguments, **options):
    result = run("check", "--no-config", "--format", format, "--all", *arguments, **options)
    return result.stdout if isinstance(result.stdout, str) else result.stdout.decode()


def validate(format, output):
    """By the schema, where the folder of schemas is there; by the structure in any case: it is read back."""
    if format == "sarif" and (SCHEMAS / "sarif-2.1.0.json").is_file():
        try:
            import jsonschema
        except ImportError:
            return
        jsonschema.validate(json.loads(output), json.loads((SCHEMAS / "sarif-2.1.0.json").read_text()))
    if format == "junit" and (SCHEMAS / "junit-10.xsd").is_file() and shutil.which("xmllint"):
        result = subprocess.run(["xmllint", "--noout", "--schema", SCHEMAS / "junit-10.xsd", "-"], input=output, capture_output=True, text=True)
        assert result.returncode == 0, result.stderr


class Same(unittest.TestCase):
    def test_findings(self):
        """Of several captures, with findings on packets and on tunnels."""
        expected = formats.rows("jsonl", check("jsonl", *CAPTURES))
        self.assertGreater(len(expected), 20)
        for format in FORMATS[1:]:
            output = check(format, *CAPTURES)
            self.assertEqual(formats.rows(format, output), expected, format)
            validate(format, output)

    def test_text(self):
        for capture in CAPTURES[:2]:
            self.assertEqual(formats.rows("text", check("text", capture)), formats.rows("jsonl", check("jsonl", capture)))

    def test_every_rule(self):
        """The failing vector of each rule."""
        with tempfile.TemporaryDirectory() as folder:
            paths = []
            for name, vector in VECTORS.items():
                paths.append(Path(folder, name + ".pcap"))
                paths[-1].write_bytes(pcap(vector.fail, vector.link_type, captured=vector.captured))
            expected = formats.rows("jsonl", check("jsonl", *paths))
            self.assertGreater(len({row.rule for row in expected}), 150)
            for format in FORMATS[2:]:
                output = check(format, *paths)
                self.assertEqual(formats.rows(format, output), expected, format)
                validate(format, output)

    def test_nothing(self):
        for data in (pcap([]), pcap([ethernet(inner())])):
            for format in FORMATS:
                result = run("check", "--no-config", "--format", format, "-", stdin=data)
                output = result.stdout.decode()
                self.assertEqual((result.returncode, formats.rows(format, output)), (0, []))
                validate(format, output)

    def test_status(self):
        for format in FORMATS:
            for options, status in (((), 1), (("--fail-on", "never"), 0), (("--select", "IPIP106"), 0)):
                self.assertEqual(run("check", "--no-config", "--format", format, *options, CAPTURES[0]).returncode, status)
            self.assertEqual(run("check", "--no-config", "--format", format, "none.pcap").returncode, 3)

    def test_limit(self):
        data = pcap([LOST_DF] * 5)
        for format in FORMATS:
            output = check(format, "--max-findings", "2", "--select", "IPIP105", "-", stdin=data)
            self.assertEqual([row.frame for row in formats.rows(format, output)], [1, 2], format)

    def test_jobs(self):
        for format in FORMATS:
            one, four = (re.sub(r' time="[\d.]+"', "", check(format, "--jobs", jobs, *CAPTURES)) for jobs in (1, 4))
            self.assertEqual(one, four, format)


class Hostile(unittest.TestCase):
    def test_names_stay_text(self):
        with tempfile.TemporaryDirectory() as folder:
            for name in HOSTILE:
                Path(folder, name).parent.mkdir(exist_ok=True)
                Path(folder, name).write_bytes(pcap([LOST_DF]))
                for format in FORMATS[1:]:
                    output = check(format, "--select", "IPIP105", name, cwd=folder)
                    self.assertEqual(formats.rows(format, output), [(name, 1, "IPIP105", "error")], (format, name))
                    self.assertNotRegex(output.replace("\r\n", "\n"), "[\x00-\x09\x0b-\x1f\x7f]" if format in JSON else "[\x00-\x09\x0b-\x1f\x7f\u202e]")
                    validate(format, output)

    def test_names_that_are_no_text(self):
        with tempfile.TemporaryDirectory() as folder:
            name = os.fsdecode(b"\xff\xfe.pcap")
            Path(folder, name).write_bytes(pcap([LOST_DF]))
            for format in FORMATS:
                output = run("check", "--no-config", "--format", format, "--select", "IPIP105", name, cwd=folder, encoding="utf-8").stdout
                if format not in ("jsonl", "gitlab", "text"):
                    self.assertEqual(formats.rows(format, output)[0].file, name, format)
                validate(format, output)

    def test_what_a_capture_says_of_itself(self):
        """Comments, names and filters of a pcapng file: no report repeats them."""
        def said(*codes):
            return b"".join(pcapng_option(code, SAID) for code in codes) + pcapng_option(0, b"")

        section = pcapng_block(0x0A0D0D0A, struct.pack("<IHHq", 0x1A2B3C4D, 1, 0, -1) + said(1, 2, 3, 4))  # comment, hardware, system, program
        interface = pcapng_block(1, struct.pack("<HHI", 1, 0, 0) + said(1, 2, 3, 11, 12, 15))  # comment, name, description, filter, system, hardware
        names = pcapng_block(4, struct.pack("<HH", 1, 4 + len(SAID)) + bytes((10, 1, 0, 1)) + SAID + b"\0" * (-len(SAID) % 4) + bytes(4))
        data = section + interface + names + pcapng_packet(LOST_DF, options=said(1)) + pcapng_block(5, struct.pack("<IQ", 0, 0) + said(1))
        for format in FORMATS:
            result = run("check", "--no-config", "--format", format, "--all", "-", stdin=data)
            self.assertEqual((result.returncode, result.stderr), (1, b""), format)
            self.assertEqual([row[1:] for row in formats.rows(format, result.stdout.decode())], [(1, "IPIP105", "error")], format)
            self.assertNotIn(b"said=", result.stdout, format)
            self.assertNotIn(b"onerror", result.stdout, format)

    def test_no_formula(self):
        with tempfile.TemporaryDirectory() as folder:
            for name in ("=1+1.pcap", "+1.pcap", "@x.pcap"):
                Path(folder, name).write_bytes(pcap([LOST_DF]))
                for row in formats.csv_rows(check("csv", name, cwd=folder)):
                    for cell in row.values():
                        self.assertNotRegex(cell, r"^[=+@\t\r-]")

    def test_reasons(self):
        with tempfile.TemporaryDirectory() as folder:
            policy = Path(folder, "policy")
            policy.write_text("[rule IPIP105]\nseverity = off\nreason = <b>|`\"::error::=1\n")
            for format in FORMATS:
                result = run("check", "--config", policy, "--format", format, CAPTURES[0])
                silenced = [] if format == "sarif" else ["--ignore", "IPIP105"]  # SARIF has it, suppressed
                if format != "text":
                    self.assertEqual(formats.rows(format, result.stdout), formats.rows(format, check(format, *silenced, CAPTURES[0])), format)
                self.assertNotRegex(result.stdout, r"(?m)^::error::=1")
                validate(format, result.stdout)


class Sarif(unittest.TestCase):
    def result(self, *arguments):
        return json.loads(check("sarif", *arguments))["runs"][0]

    def test_rules(self):
        rules = self.result(CAPTURES[0])["tool"]["driver"]["rules"]
        catalogue = [json.loads(line) for line in run("rules", "--format", "jsonl").stdout.splitlines()]
        self.assertEqual([rule["id"] for rule in rules], [rule["rule"] for rule in catalogue])
        for rule in rules[::20]:
            page = run("explain", rule["id"]).stdout
            self.assertTrue(page.endswith(rule["help"]["markdown"]))
            self.assertEqual(rule["defaultConfiguration"]["level"], catalogue[rules.index(rule)]["severity"])

    def test_place(self):
        result = next(r for r in self.result("--select", "IPIP105", CAPTURES[0])["results"])
        self.assertEqual([place["fullyQualifiedName"] for place in result["locations"][0]["logicalLocations"]],
                         ["frame 2", "frame 2/outer/6-7", "frame 2/inner/6-7"])
        self.assertEqual(result["properties"]["inner_flow"]["dport"], 9000)

    def test_fingerprints_are_those_of_the_baseline(self):
        with tempfile.TemporaryDirectory() as folder:
            known = Path(folder, "known")
            run("check", "--no-config", "--quiet", "--write-baseline", known, *CAPTURES)
            digests = set()
            for line in map(json.loads, known.read_text().splitlines()[1:]):
                for member in ("slug", "severity"):
                    del line[member]
                digests.add(hashlib.sha256(json.dumps(line, sort_keys=True, separators=(",", ":")).encode()).hexdigest())
            for results in (self.result(*CAPTURES)["results"], self.result("--baseline", known, *CAPTURES)["results"]):
                self.assertEqual({r["partialFingerprints"]["ipipBaseline/v2"] for r in results}, digests)
            self.assertEqual({(r["baselineState"], r["suppressions"][0]["status"]) for r in results}, {("unchanged", "accepted")})
            self.assertEqual({issue["fingerprint"] for issue in json.loads(check("gitlab", *CAPTURES))}, digests)
            for format in ("github", "gitlab", "markdown"):
                self.assertEqual(formats.rows(format, check(format, "--baseline", known, *CAPTURES)), [])

    def test_policy(self):
        """A changed severity overrides a rule; what is silenced is suppressed, for the reason of the policy file."""
        with tempfile.TemporaryDirectory() as folder:
            policy = Path(folder, "policy")
            policy.write_text("[rule IPIP109]\nseverity = off\nreason = filtered\n[rule IPIP202]\nseverity = off\nreason = <b>|`::error::\n[rule IPIP105]\nseverity = note\n")
            output = run("check", "--config", policy, "--format", "sarif", CAPTURES[0]).stdout
            validate("sarif", output)
            run_ = json.loads(output)["runs"][0]
            overrides = {o["descriptor"]["id"]: o["configuration"] for o in run_["invocations"][0]["ruleConfigurationOverrides"]}
            self.assertEqual(overrides, {"IPIP105": {"level": "note"}})
            suppressed = {r["ruleId"]: r["suppressions"] for r in run_["results"] if "suppressions" in r}
            self.assertEqual({rule: [(s["kind"], s["status"], s["justification"]) for s in all_] for rule, all_ in suppressed.items()},
                             {"IPIP109": [("external", "accepted", "filtered")], "IPIP202": [("external", "accepted", "<b>|`::error::")]})
            self.assertEqual(suppressed["IPIP202"][0]["location"]["physicalLocation"]["artifactLocation"]["uri"], policy.as_uri())
            without = {(r["ruleId"], json.dumps(r["locations"]), json.dumps(r["partialFingerprints"])) for r in self.result(CAPTURES[0])["results"]}
            self.assertEqual({(r["ruleId"], json.dumps(r["locations"]), json.dumps(r["partialFingerprints"])) for r in run_["results"]}, without)

    def test_what_is_silenced_counts_for_nothing(self):
        """With SARIF beside them the other reports, the baseline and the exit status are as without; a rule that no option wants is not judged."""
        with tempfile.TemporaryDirectory() as folder:
            policy, baseline, beside = (Path(folder, name) for name in ("policy", "known", "beside.sarif"))
            rules = sorted({row.rule for row in formats.rows("jsonl", check("jsonl", CAPTURES[0])) if row.severity != "note"})
            policy.write_text("".join("[rule %s]\nseverity = off\nreason = known\n" % rule for rule in rules))
            for format in ("text", "jsonl", "csv", "html"):
                for options in ((), ("--min-severity", "error"), ("--max-findings", "1"), ("--baseline", baseline)):
                    arguments = ("check", "--config", policy, "--format", format, *options, CAPTURES[0])
                    run("check", "--config", policy, "--quiet", "--output", "sarif=%s" % beside, "--write-baseline", baseline, CAPTURES[0])
                    self.assertEqual({json.loads(line)["rule"] for line in baseline.read_text().splitlines()[1:]} & set(rules), set())
                    alone, both = run(*arguments), run(*arguments, "--output", "sarif=%s" % beside)
                    self.assertEqual((both.returncode, both.stdout), (0, alone.stdout), (format, options))
            results = json.loads(beside.read_text())["runs"][0]["results"]
            self.assertEqual(sorted({r["ruleId"] for r in results if r["suppressions"][0]["justification"] == "known"}), rules)
            self.assertEqual({r.get("baselineState") for r in results if r["ruleId"] in rules}, {None})
            ignored = run("check", "--config", policy, "--ignore", rules[0], "--format", "sarif", CAPTURES[0]).stdout
            self.assertNotIn(rules[0], {r["ruleId"] for r in json.loads(ignored)["runs"][0]["results"]})

    def test_damage_is_told(self):
        with tempfile.TemporaryDirectory() as folder:
            short = Path(folder, "cut.pcap")
            short.write_bytes(pcap([LOST_DF, LOST_DF])[:-1])
            self.assertFalse(self.result(short)["invocations"][0]["executionSuccessful"])
            self.assertEqual(len(list(ElementTree.fromstring(check("junit", short)).iter("error"))), 1)
            for format in ("github", "markdown"):
                self.assertIn("could not be read to its end", check(format, short), format)
                self.assertNotIn("could not be read to its end", check(format, CAPTURES[0]), format)


class Junit(unittest.TestCase):
    def test_counts(self):
        for suite in ElementTree.fromstring(check("junit", *CAPTURES)):
            cases = suite.findall("testcase")
            self.assertEqual(int(suite.get("tests")), len(cases))
            for attribute, element in (("failures", "failure"), ("errors", "error"), ("skipped", "skipped")):
                self.assertEqual(int(suite.get(attribute)), sum(case.find(element) is not None for case in cases))
            self.assertRegex(suite.get("time"), r"^\d+\.\d{3}$")

    def test_cases(self):
        """Passed, failed, without evidence, not applicable; and a note, which fails nothing."""
        data = pcap([ethernet(outer(inner()))] * 3 + [LOST_DF])
        cases = {case.get("name").split()[0]: case for case in ElementTree.fromstring(check("junit", "-", stdin=data)).iter("testcase")}
        self.assertEqual(list(cases["IPIP109"]), [])
        self.assertEqual(cases["IPIP105"].find("failure").get("type"), "error")
        self.assertEqual(cases["IPIP700"].find("skipped").get("type") if "IPIP700" in cases else "not applicable", "not applicable")
        self.assertEqual(cases["IPIP301"].find("skipped").get("type"), "not applicable")
        only_first = pcap(cut(outer(inner()), 24))
        cases = {case.get("name").split()[0]: case for case in ElementTree.fromstring(check("junit", "-", stdin=only_first)).iter("testcase")}
        skipped = cases["IPIP105"].find("skipped")
        self.assertEqual(skipped.get("type"), "unknown")
        self.assertIn("evidence missing on 1 of the tunnel packets", skipped.get("message"))
        self.assertIn("the header inside is not captured", skipped.get("message"))

    def test_verdicts_belong_to_their_capture(self):
        with tempfile.TemporaryDirectory() as folder:
            bad, good = Path(folder, "bad.pcap"), Path(folder, "good.pcap")
            bad.write_bytes(pcap([LOST_DF]))
            good.write_bytes(pcap([ethernet(inner())]))
            suites = list(ElementTree.fromstring(check("junit", bad, good)))
            self.assertEqual([suite.get("failures") for suite in suites], ["1", "0"])
            self.assertEqual({case[0].get("type") for case in suites[1].findall("testcase")[1:]}, {"not applicable"})


class Outputs(unittest.TestCase):
    def test_several_at_once(self):
        with tempfile.TemporaryDirectory() as folder:
            outputs = [argument for format in FORMATS for argument in ("--output", "%s=%s/%s" % (format, folder, format))]
            result = run("check", "--no-config", "--quiet", "--all", *outputs, *CAPTURES)
            self.assertEqual((result.returncode, result.stdout), (1, ""))
            for format in FORMATS:
                with open(Path(folder, format), newline="") as file:
                    written = file.read()
                printed = subprocess.run([harness.COMMAND, "check", "--no-config", "--all", "--format", format, *map(str, CAPTURES)], capture_output=True).stdout.decode()
                self.assertEqual(re.sub(r' time="[\d.]+"', "", written), re.sub(r' time="[\d.]+"', "", printed), format)

    def test_packed(self):
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder, "findings.sarif.gz")
            result = run("check", "--no-config", "--output", "sarif=%s" % path, CAPTURES[0])
            self.assertIn("error IPIP105", result.stdout)
            self.assertEqual(len(formats.sarif(gzip.decompress(path.read_bytes()).decode())), len(formats.jsonl(check("jsonl", CAPTURES[0]))))

    def test_usage(self):
        with tempfile.TemporaryDirectory() as folder:
            capture = Path(folder, "x.pcap")
            capture.write_bytes(pcap([LOST_DF]))
            for output in ("", "sarif", "sarif=", "nothing=x", "=x", "sarif=-", "sarif=%s" % capture):
                result = run("check", "--no-config", "--output", output, capture)
                self.assertEqual((result.returncode, result.stdout), (2, ""), output)
            self.assertEqual(run("check", "--no-config", "--output", "sarif=%s/a" % folder, "--output", "csv=%s/./a" % folder, capture).returncode, 2)
            self.assertEqual(capture.read_bytes(), pcap([LOST_DF]))
            for verb in ("tunnels", "roundtrip"):
                self.assertEqual(run(verb, "--format", "sarif", capture).returncode, 2)

    def test_complete_or_absent(self):
        with tempfile.TemporaryDirectory() as folder:
            good = Path(folder, "good.csv")
            for bad in ("/dev/full", "/nonexistent/x"):
                result = run("check", "--no-config", "--output", "csv=%s" % good, "--output", "sarif=%s" % bad, CAPTURES[0])
                self.assertEqual(result.returncode, 4)
                self.assertIn(bad, result.stderr)
            good.write_text("before")
            result = run("check", "--no-config", "--output", "csv=%s" % good, "--output", "sarif=/nonexistent/x", CAPTURES[0])
            self.assertEqual((result.returncode, good.read_text()), (4, "before"))
            good.chmod(0o400)
            self.assertEqual(run("check", "--no-config", "--output", "csv=%s" % good, CAPTURES[0]).returncode, 4)
            self.assertEqual(os.listdir(folder), ["good.csv"])

    def test_standard_output_closed(self):
        """What goes into files is written all the same."""
        with tempfile.TemporaryDirectory() as folder:
            result = run("check", "--no-config", "--output", "csv=%s/a" % folder, CAPTURES[0], stdin="")
            with open("/dev/full", "w") as full:
                result = subprocess.run([harness.COMMAND, "check", "--no-config", "--output", "csv=%s/b" % folder, CAPTURES[0]], stdout=full, stderr=subprocess.PIPE)
            self.assertEqual(result.returncode, 4)
            self.assertEqual(Path(folder, "a").read_bytes(), Path(folder, "b").read_bytes())


class InnerFlow(unittest.TestCase):
    def flow(self, packet):
        lines = map(json.loads, check("jsonl", "--select", "IPIP105", "-", stdin=pcap([ethernet(packet)])).splitlines())
        return next(line for line in lines if line["type"] == "finding").get("inner_flow")

    def test_ports(self):
        expected = {"protocol": 17, "src": "10.1.0.1", "dst": "10.2.0.1", "sport": 40000, "dport": 9000}
        self.assertEqual(self.flow(outer(inner(), df=False)), expected)
        self.assertEqual(self.flow(outer(outer(inner(), src="10.8.0.1", dst="10.8.0.2"), df=False)), expected)

    def test_without_ports(self):
        later = ipv4("10.1.0.1", "10.2.0.1", b"12345678", offset=10, df=True)
        self.assertEqual(self.flow(outer(later, df=False)), {"protocol": 17, "src": "10.1.0.1", "dst": "10.2.0.1"})

    def test_text(self):
        result = check("text", "--select", "IPIP105", "-", stdin=pcap([LOST_DF], nanoseconds=True))
        self.assertRegex(result, r"  at 2023-11-14T22:13:20\.\d{9}Z, certain, inner flow UDP 10\.1\.0\.1:40000 > 10\.2\.0\.1:9000\n")


if __name__ == "__main__":
    harness.main()
