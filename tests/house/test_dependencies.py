# SPDX-License-Identifier: GPL-2.0-or-later
"""What the build asks for is what the Debian package, and scripts/install-packages, install."""

import re
import unittest

import harness
from harness import TESTDATA

PROJECT = TESTDATA.parent


class Dependencies(unittest.TestCase):
    def test_libraries(self):
        """The Debian package that each ipip_require_module() names."""
        files = [path for path in PROJECT.glob("*/CMakeLists.txt")]
        named = {package for path in files for package in re.findall(r"ipip_require_module\(\w+ \S+ (\S+)", path.read_text())}
        self.assertLess({"libglib2.0-dev", "libpcap-dev", "libseccomp-dev"}, named)
        control = (PROJECT / "debian" / "control").read_text()
        depends = set(re.findall(r"(?m)^ ([\w.+-]+)", re.search(r"(?ms)^Build-Depends:\n(.*?)^\S", control)[1]))
        self.assertEqual(named - depends, set())
        script = (PROJECT / "scripts" / "install-packages").read_text()
        self.assertEqual(named - set(re.search(r'(?s)^build="(.*?)"', script, re.M)[1].split()), set())


if __name__ == "__main__":
    harness.main()
