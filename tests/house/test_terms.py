# SPDX-License-Identifier: GPL-2.0-or-later
"""One English: comments and pages in the terms of network engineers. (This reads the sources; what the command prints: analyzer.first_contact.)"""

import re
import unittest

import harness

PROJECT = harness.TESTDATA.parent

DIALECT = re.compile(
    r"(?i)\b(somebody|nobody|anybody|everybody|whoever|says that|said that|will not do|heeds?|speaks? of|(is|was|were) told|tells? (apart|of)|told apart|"
    r"stands? in for|again and again)\b")


def comments(path):
    """Each comment of a C source in one line, with the line on which it begins; of other files each paragraph."""
    text = path.read_text()
    pattern = r"/\*.*?\*/|\"(?:[^\"\\\n]|\\.)*\"" if path.suffix in (".c", ".h") else r"(?:.+\n?)+"
    for match in re.finditer(pattern, text, re.DOTALL if path.suffix in (".c", ".h") else 0):
        if not match[0].startswith('"'):
            yield text.count("\n", 0, match.start()) + 1, " ".join(re.sub(r"\n\s*\* ", "\n", match[0]).split())


class Terms(unittest.TestCase):
    def test_no_dialect(self):
        found = []
        for folder in ("analyzer", "core", "doc", "examples", "include", "plugin"):
            for path in sorted((PROJECT / folder).rglob("*")):
                if path.suffix in (".c", ".h", ".md"):
                    found += ["%s:%d: %s" % (path.relative_to(PROJECT), line, text) for line, text in comments(path) if DIALECT.search(text)]
        for name in ("README.md", "CHANGELOG.md", "CONTRIBUTING.md", "SECURITY.md", "testdata/README.md"):
            found += ["%s:%d: %s" % (name, line, text) for line, text in comments(PROJECT / name) if DIALECT.search(text)]
        self.assertEqual(found, [])


if __name__ == "__main__":
    harness.main()
