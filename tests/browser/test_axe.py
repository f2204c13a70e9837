# SPDX-License-Identifier: GPL-2.0-or-later
"""Pages, as axe-core judges them: it finds nothing. scripts/fetch-axe has it, if it can be had."""

import sys
import tempfile
import unittest
from pathlib import Path

import harness
import webdriver
from harness import KERNEL, TESTDATA, run
from packets import ethernet, pcap
from tunnel_packets import inner, outer

AXE = TESTDATA.parent / "build" / "axe" / "axe.min.js"

# Colours, medium, and whether everything is unfolded.
VIEWS = (("light", "", False), ("light", "", True), ("dark", "", True), ("light", "print", True))

# What it found, and what it can't judge and leaves to people; but text in a plot, whose contrast test_report.py calculates.
JUDGE = """const nodes = rules => rules.flatMap(rule => rule.nodes.map(node => [rule.id, node.html, node.failureSummary]));
return axe.run().then(found => ({
  passed: found.passes.length,
  violations: nodes(found.violations),
  undecided: nodes(found.incomplete).filter(([rule, html]) => rule != 'color-contrast' || !html.startsWith('<text')),
}))"""


class Accessible(harness.InFolder):
    @classmethod
    def setUpClass(cls):
        cls.browser = webdriver.Browser()
        cls.addClassCleanup(cls.browser.__exit__)
        cls.browser.call("POST", "/timeouts", script=harness.HANGS * 1000)

    def page(self, *captures, verb="report", options=("--all", "-w", "-"), status=1):
        result = run(verb, "--no-config", *options, *captures)
        self.assertEqual(result.returncode, status, result.stderr)
        return self.write("page.html", result.stdout.encode())

    def show(self, page, scheme="light", media="", is_unfolded=False):
        self.browser.media(scheme, media)
        self.browser.open(page)
        if is_unfolded:
            self.browser.run("for (const fold of document.querySelectorAll('details')) fold.open = true")
        self.browser.run(AXE.read_text())

    def assert_accessible(self, page):
        for view in VIEWS:
            self.show(page, *view)
            found = self.browser.run(JUDGE)
            self.assertEqual((found["violations"], found["undecided"]), ([], []), view)
            self.assertGreater(found["passed"], 10, view)

    def test_findings(self):
        self.assert_accessible(self.page(TESTDATA / "violations.pcap"))

    def test_path_mtu(self):
        self.assert_accessible(self.page(TESTDATA / "toobig.pcapng"))

    def test_no_findings(self):
        self.assert_accessible(self.page(self.write("right.pcap", pcap([ethernet(outer(inner(), id=n)) for n in range(5)])), status=0))

    def test_no_tunnel(self):
        for frames in ([], [ethernet(inner())]):
            self.assert_accessible(self.page(self.write("none.pcap", pcap(frames)), status=0))

    def test_damaged(self):
        self.assert_accessible(self.page(self.write("short.pcap", (TESTDATA / "lab.pcapng").read_bytes()[:-3]), status=3))

    def test_several_tunnels_and_ipv6(self):
        kinds = ("sit-default", "ip6tnl-any", "ip6gre", "gre-key", "isatap")
        self.assert_accessible(self.page(*(TESTDATA / "siblings" / kind / "outer.pcap" for kind in kinds), TESTDATA / "erspan.pcap"))

    def test_conform(self):
        folder = KERNEL / "ipip-pmtu-1300-nopmtudisc"
        self.assert_accessible(self.page(folder / "lan1.pcap", folder / "outer.pcap", verb="conform", options=("--format", "html"), status=0))

    def test_what_is_wrong_is_found(self):
        """The counter-test: a page without what axe looks for."""
        page = self.page(TESTDATA / "violations.pcap")
        self.show(page)
        self.browser.run("document.documentElement.removeAttribute('lang'); document.title = ''; document.querySelector('h1').style.color = '#ccc';"
                         "for (const plot of document.querySelectorAll('svg')) plot.removeAttribute('aria-labelledby'), plot.querySelector('title').remove()")
        found = {rule for rule, *_ in self.browser.run(JUDGE)["violations"]}
        self.assertLessEqual({"html-has-lang", "document-title", "color-contrast", "svg-img-alt"}, found)


if __name__ == "__main__":
    webdriver.skip_without_browser()
    if not AXE.is_file():
        print("no axe-core: scripts/fetch-axe fetches it")
        sys.exit(harness.SKIPPED)
    harness.main()
