# SPDX-License-Identifier: GPL-2.0-or-later
"""Manual pages: mandoc has nothing to say against them, and they have every verb, option, rule and key."""

import re
import shutil
import subprocess
import unittest
from pathlib import Path

import harness
from harness import BUILD, TESTDATA, run

PROJECT = TESTDATA.parent
MADE = BUILD / "analyzer" / "man"
PAGES = [*sorted(MADE.glob("*.[0-9]")), *sorted((PROJECT / "doc" / "man").glob("*.[0-9]"))]
NAMES = {path.name for path in PAGES}


def verbs():
    return re.findall(r"(?m)^  ipip (\w+) ", run("--help").stdout)


def plain(path):
    """As mandoc or man shows it, without overstrikes."""
    if shutil.which("mandoc"):
        text = subprocess.run(["mandoc", "-T", "utf8", path], capture_output=True, text=True, check=True).stdout
        return re.sub(".\b", "", text)
    return path.read_text().replace("\\-", "-").replace("Fl Fl ", "--").replace(" Ns = Ns Ar ", "=")


class Pages(unittest.TestCase):
    def test_one_for_each_verb(self):
        self.assertGreater(len(verbs()), 6)
        self.assertEqual(NAMES, {"ipip.1", "ipip.conf.5", "ipip-rules.7", *("ipip-%s.1" % verb for verb in verbs())})

    @unittest.skipUnless(shutil.which("mandoc"), "no mandoc")
    def test_lint(self):
        """What is referred to and not installed here is another matter, unless it is one of ours."""
        for path in PAGES:
            lines = subprocess.run(["mandoc", "-T", "lint", path], capture_output=True, text=True).stdout.splitlines()
            for line in lines:
                missing = re.search(r"referenced manual not found: Xr (\S+) (\d)", line)
                self.assertTrue(missing, line)
                name = "%s.%s" % missing.groups()
                self.assertTrue(name in NAMES or not name.startswith("ipip"), line)

    def test_every_option(self):
        for verb in verbs():
            page = plain(MADE / ("ipip-%s.1" % verb))
            for option in re.findall(r"(?m)^  (?:-\w, )?(--[\w-]+(?:=\S+)?)", run(verb, "--help").stdout):
                self.assertIn(option, page, verb)

    def test_examples(self):
        """Each verb has one, of itself, with options that it has."""
        for verb in verbs():
            commands = re.findall(r"(?m)^\.Dl (.*)$", run(verb, "--manual").stdout)
            self.assertTrue(any("ipip %s " % verb in command for command in commands), verb)
            for option in re.findall(r"ipip %s [^|;]*?(--[\w-]+)" % verb, " ".join(commands)):
                self.assertIn(option, run(verb, "--help").stdout, verb)

    def test_every_rule(self):
        page = plain(MADE / "ipip-rules.7")
        rules = re.findall(r"(?m)^(IPIP\d+)\s+(\S+)", run("rules").stdout)
        self.assertGreater(len(rules), 150)
        for rule, slug in re.findall(r'"rule":"(IPIP\d+)","slug":"([^"]+)"', run("rules", "--format", "jsonl").stdout):
            self.assertIn("%s %s" % (rule, slug), page)

    def test_every_key(self):
        """Those that the reader of policy files knows."""
        page = (PROJECT / "doc" / "man" / "ipip.conf.5").read_text()
        described = set(re.findall(r"[\w-]+", " ".join(re.findall(r"(?m)^\.It Cm (.*)$", page))))
        source = (PROJECT / "analyzer" / "policy_settings.c").read_text()
        keys = re.findall(r'(?m)^    \{"([a-z-]+)", ', source)
        self.assertGreater(len(keys), 5)
        self.assertLessEqual(set(keys), described)
        with_help = re.search(r"A policy file has sections.*?--fail-on compares", run("check", "--help").stdout, re.DOTALL)[0]
        for key in ("ttl", "tos", "df", "mtu", "encap-hops", "allow", "mode", "key", "csum", "seq", "encaplimit", "flowlabel", "sport", "dport", "zero-checksum",
                    "mtu-mode", "prefix", "br", "br-anycast", "prl", "relay", "eth-inner", "severity", "reason"):
            self.assertIn(key, with_help)
            self.assertIn(key, described)

    def test_the_same_when_made_again(self):
        self.assertEqual(run("--manual").stdout, (MADE / "ipip.1").read_text())
        self.assertEqual(run("check", "--manual").stdout, (MADE / "ipip-check.1").read_text())


class Version(unittest.TestCase):
    def test_libraries(self):
        first, libraries, sandbox = run("--version").stdout.splitlines()
        self.assertRegex(sandbox, "^sandbox: [^:]+")
        self.assertRegex(first, r"^ipip \d+\.\d+\.\d+$")
        for library in ("GLib", "libpcap version", "jansson", "zlib", "zstd", "lz4"):
            self.assertRegex(libraries, r"%s \d+\.\d+" % library)


if __name__ == "__main__":
    harness.main()
