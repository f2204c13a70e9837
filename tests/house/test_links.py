# SPDX-License-Identifier: GPL-2.0-or-later
"""Every link from the README and the pages of doc/ to a file or a heading of the project leads there."""

import re
import unittest

import harness

PROJECT = harness.TESTDATA.parent
PAGES = [*PROJECT.glob("*.md"), *sorted((PROJECT / "doc").rglob("*.md"))]


def text_of(page):
    """Without what is to be typed."""
    return re.sub(r"(?ms)^```.*?^```", "", page.read_text())


def anchors(page):
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in re.findall(r"(?m)^#+ (.*)$", text_of(page))}


class Links(unittest.TestCase):
    def test_each_leads_somewhere(self):
        count = 0
        for page in PAGES:
            for link in re.findall(r"\]\(([^)]+)\)", text_of(page)):
                name, _, anchor = link.partition("#")
                target = (page.parent / name).resolve() if name else page
                self.assertTrue(target.exists(), "%s: %s" % (page.name, link))
                if anchor:
                    self.assertIn(anchor, anchors(target), "%s: %s" % (page.name, link))
                count += 1
        self.assertGreater(count, 20)


if __name__ == "__main__":
    harness.main()
