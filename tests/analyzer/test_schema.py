# SPDX-License-Identifier: GPL-2.0-or-later
"""The JSON Lines of each verb are as its schema, which is installed, describes them. (`ipip check`: analyzer.triage, line by line.)"""

import json
import re
import sys
import tempfile
import unittest
from pathlib import Path

import harness
from harness import KERNEL, TESTDATA, run

SCHEMAS = TESTDATA.parent / "schema"
BASIC = [TESTDATA / name for name in ("violations.pcap", "toobig.pcapng", "erspan.pcap", "lab.pcapng")]
OUTER = [*sorted(KERNEL.glob("*/outer.pcap"))[::6], *sorted((TESTDATA / "siblings").glob("*/outer.pcap"))[::4]]


def pairs():
    for folder in [*sorted(KERNEL.iterdir())[::5], *sorted((TESTDATA / "siblings").iterdir())[::9], KERNEL / "ipip-ecn-decap"]:
        inner = [folder / name for name in ("lan1.pcap", "inner.pcap", "inner2.pcap") if (folder / name).exists()]
        outer = [folder / name for name in ("outer.pcap", "outer2.pcap") if (folder / name).exists()]
        if inner and outer:
            yield inner[0], outer[-1]


def schema(verb):
    return json.loads((SCHEMAS / ("ipip-%s-1.schema.json" % verb)).read_text())


class Lines(unittest.TestCase):
    def check(self, verb, commands, kinds, version=True):
        import jsonschema
        about = schema(verb)
        check = schema("check")
        resolver = jsonschema.RefResolver(about["$id"], about, {check["$id"]: check})
        validator = jsonschema.Draft7Validator(about, resolver=resolver)
        jsonschema.Draft7Validator.check_schema(about)
        with self.assertRaises(jsonschema.ValidationError):
            validator.validate({"type": sorted(kinds)[0]})
        found = set()
        for command in commands:
            lines = [json.loads(line) for line in run(verb, "--format", "jsonl", *command).stdout.splitlines()]
            self.assertGreater(len(lines), 0, command)
            found |= {line["type"] for line in lines}
            for line in lines:
                errors = [error.message for error in validator.iter_errors(line)]
                self.assertEqual(errors, [], "%s %s: %s" % (verb, command, json.dumps(line)[:300]))
            if version:
                self.assertEqual(lines[-1]["version"], 1)
        self.assertEqual(found, kinds)

    def test_tunnels(self):
        self.check("tunnels", [[path] for path in BASIC + OUTER] + [["--kinds", "erspan", TESTDATA / "erspan.pcap"]], {"tunnel", "summary"})

    def test_decap(self):
        """Of each packet that was not decapsulated, and of what an IP stack would drop."""
        with tempfile.TemporaryDirectory() as folder:
            out = ["-w", Path(folder, "out")]
            captures = [path for path in BASIC + OUTER + sorted((TESTDATA / "malformed").glob("*.pcap*")) if path.is_file()]
            self.check("decap", [[*options, *out, path] for path in captures for options in ([], ["--drop-invalid", "--only-tunnel"])], {"packet", "summary"})

    def test_encap(self):
        with tempfile.TemporaryDirectory() as folder:
            out = ["--tunnel", "local 192.0.2.1 remote 192.0.2.2", "--mtu", 576, "-w", Path(folder, "out")]
            self.check("encap", [[*out, path] for path in BASIC + OUTER], {"packet", "summary"})

    def test_reasons(self):
        """All that there are in the sources are in the schema, and no other; each status has a key."""
        sources = TESTDATA.parent / "analyzer" / "report"
        status = re.findall(r'\[(IPIP_\w+)\] = "(\w+)"', (sources / "status_key.c").read_text())
        header = (TESTDATA.parent / "include" / "ipip" / "status.h").read_text()
        self.assertEqual({name for name, _ in status}, set(re.findall(r"(?m)^    (IPIP_\w+)", header)) - {"IPIP_STATUS_COUNT"})
        keys = {key for _, key in status} - {"none"}
        more, drops = (set(re.findall(pattern, (sources / "transform_json.c").read_text()))
                       for pattern in (r'\[TRANSFORM_\w+\] = \{"(\w+)"', r'\[IPIP_DROP_\w+\] = "(\w+)"'))
        reasons = {verb: set(schema(verb)["definitions"]["packet"]["properties"]["reason"]["enum"]) for verb in ("decap", "encap")}
        self.assertEqual(reasons, {"decap": keys | more | drops, "encap": keys | more})
        self.assertEqual(set(schema("decap")["definitions"]["summary"]["properties"]["ip_stack_drops"]["properties"]["outer"]["propertyNames"]["enum"]), drops)

    def test_roundtrip(self):
        self.check("roundtrip", [[path] for path in BASIC + OUTER], {"difference", "not_comparable", "summary"})

    def test_pair(self):
        unrelated = [TESTDATA / "violations.pcap", TESTDATA / "lab.pcapng"]
        self.check("pair", [["--no-config", "--matches", *both] for both in [*pairs(), unrelated]],
                   {"match", "only", "direction", "pair", "finding", "summary"})

    def test_conform(self):
        sides = [[KERNEL / name / ("%s.pcap" % side) for side in ("inner", "outer")] for name in ("ipip-ttl-64", "ipip-pmtudisc")]
        self.check("conform", [["--no-config", *both] for both in sides], {"statement", "conformance"})

    def test_rules(self):
        self.check("rules", [[], ["--profiles"]], {"rule", "profile"}, version=False)

    def test_each_verb_has_one(self):
        """All that print JSON Lines, and no more."""
        verbs = re.findall(r"(?m)^  ipip (\w+) ", run("--help").stdout)
        printing = {verb for verb in verbs if re.search(r"(?m)^  --format=\w+ .*jsonl", run(verb, "--help").stdout)}
        self.assertEqual({path.name for path in SCHEMAS.iterdir()}, {"ipip-%s-1.schema.json" % verb for verb in printing})


if __name__ == "__main__":
    try:
        import jsonschema
    except ImportError:
        print("no jsonschema for Python here")
        sys.exit(harness.SKIPPED)
    harness.main()
