# SPDX-License-Identifier: GPL-2.0-or-later
"""The configuration profile IPIP, as it is installed for a user and for the system: columns, colours, filter buttons."""

import csv
import os
import re
import subprocess
import tempfile
import unittest
from pathlib import Path

import harness
from harness import BUILD, TESTDATA, tshark

PROFILE = TESTDATA.parent / "plugin" / "profile"
VIOLATIONS = TESTDATA / "violations.pcap"
SETTINGS = {"profiles/IPIP/" + path.name: path.read_text() for path in PROFILE.iterdir()}


def buttons():
    lines = (PROFILE / "dfilter_buttons").read_text().splitlines()
    return {row[1]: row[2] for row in csv.reader(line for line in lines if not line.startswith("#"))}


def colours():
    lines = (PROFILE / "colorfilters").read_text().splitlines()
    return [line.split("@")[1] for line in lines if line.startswith("@")]


def install(component, **environment):
    subprocess.run(["cmake", "--install", BUILD, "--component", component], check=True, stdout=subprocess.DEVNULL,
                   env={**os.environ, **environment})


class Profile(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)
        self.folder.chmod(0o777)

    def fields(self, path, *options):
        result = tshark("-C", "IPIP", "-r", path, *options, settings=SETTINGS)
        self.assertEqual((result.returncode, result.stderr), (0, ""))
        return result.stdout.splitlines()

    def test_columns(self):
        line = self.fields(VIOLATIONS)[1].split()
        self.assertEqual(line[2:7], ["172.16.5.126", "172.16.5.127", "10.10.100.10", "→", "10.10.200.10"])
        self.assertEqual(line[7:10], ["UDP", "80", "IPIP105"])

    def test_colours(self):
        seen = self.fields(VIOLATIONS, "--color", "-T", "fields", "-e", "frame.coloring_rule.name")
        self.assertEqual(seen[:3], ["Tunnel", "Tunnel, error", "Tunnel, warning"])
        self.assertEqual(seen[6], "Tunnel, note")
        self.assertIn("ICMP error about a tunnel",
                      self.fields(TESTDATA / "toobig.pcapng", "--color", "-T", "fields", "-e", "frame.coloring_rule.name"))
        self.assertLessEqual(set(seen), set(colours()))

    def test_a_packet_outside_the_tunnel_has_no_colour_of_it(self):
        """Not even where link_inner gives it an item."""
        options = ("--color", "-2", "-o", "ipip.link_inner:TRUE", "-T", "fields", "-e", "frame.coloring_rule.name")
        path = TESTDATA / "toobig.pcapng"
        seen = self.fields(path, *options, "-Y", "ipip.encapsulated_in && !ipip.rule")
        self.assertGreater(len(seen), 2)
        self.assertNotIn("Tunnel", seen)
        self.assertIn("Tunnel", self.fields(path, *options))

    def test_widths(self):
        """Each column has one, by the name that Wireshark gives it; addresses and two rules fit, at 8 pixels a character and 10 more."""
        text = (PROFILE / "recent").read_text()
        pairs = re.findall(r"^\t(?:\"([^\"]*)\"|(\S+)), (\d+)", text, re.M)
        widths = {quoted or plain: int(width) for quoted, plain, width in pairs}
        formats = re.findall(r'", "([^"]*)"', (PROFILE / "preferences").read_text())
        self.assertEqual(list(widths), [one.removesuffix(":0:R") for one in formats])
        for name, sample in (("%s", "172.116.105.126"), ("%Cus:ipip.outer.src or ipip.outer.src6", "172.116.105.126"), ("%Cus:ipip.rule", "IPIP116,IPIP639")):
            self.assertGreaterEqual(widths[name], 8 * len(sample) + 10, name)

    def test_colours_without_the_profile(self):
        """In front of Wireshark's own, in the file of the user, as doc/wireshark/README.md has it."""
        command = re.search(r"^    (cat plugin/profile/colorfilters .*)$", (TESTDATA.parent / "doc/wireshark/README.md").read_text(), re.M)[1]
        (self.folder / ".config/wireshark").mkdir(parents=True)
        subprocess.run(command, shell=True, check=True, cwd=TESTDATA.parent, env={**os.environ, "HOME": str(self.folder)})
        rules = (self.folder / ".config/wireshark/colorfilters").read_text()
        self.assertIn("@TCP@tcp", rules)
        result = tshark("-r", VIOLATIONS, "--color", "-T", "fields", "-e", "frame.coloring_rule.name", settings={"colorfilters": rules})
        self.assertEqual(result.stdout.split("\n")[:3], ["Tunnel", "Tunnel, error", "Tunnel, warning"])

    def test_buttons(self):
        """Each is a filter that Wireshark takes."""
        self.assertGreater(len(buttons()), 5)
        for name, expression in buttons().items():
            result = tshark("-r", VIOLATIONS, "-Y", expression)
            self.assertEqual((result.returncode, result.stderr), (0, ""), name)
        self.assertEqual(len(tshark("-r", VIOLATIONS, "-Y", buttons()["Tunnels"]).stdout.splitlines()), 11)
        self.assertEqual(len(tshark("-r", VIOLATIONS, "-Y", buttons()["Broken rules"]).stdout.splitlines()), 10)

    def test_installed_for_the_user(self):
        """In one command, and Wireshark then has plugin and profile."""
        install("user", HOME=str(self.folder), XDG_CONFIG_HOME="")
        result = tshark("-C", "IPIP", "-r", VIOLATIONS, "-Y", "frame.number == 2", home=self.folder)
        self.assertEqual(result.returncode, 0, result.stderr)
        self.assertIn("172.16.5.127 10.10.100.10", result.stdout)
        self.assertIn("IPIP105", result.stdout)

    def test_installed_for_the_system(self):
        install("plugin", DESTDIR=str(self.folder))
        installed = {path.name for path in self.folder.rglob("*") if path.is_file()}
        self.assertEqual(installed, {"ipip.so", *(path.name for path in PROFILE.iterdir())})
        self.assertTrue(any(path.parts[-5:-1] == ("share", "wireshark", "profiles", "IPIP") for path in self.folder.rglob("*")))


if __name__ == "__main__":
    harness.require_plugin()
    harness.main()
