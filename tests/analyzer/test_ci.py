# SPDX-License-Identifier: GPL-2.0-or-later
"""The examples for GitHub and GitLab: their steps are run here, but for those that need the service, and write what it is to take."""

import os
import re
import shutil
import subprocess
import unittest
from pathlib import Path

import formats
import harness
from harness import COMMAND, TESTDATA

EXAMPLES = TESTDATA.parent / "examples" / "ci"
NOT_HERE = re.compile(r"(sudo )?apt-get |make ")  # the packages are tested by scripts/test-packages, the captures are ours
KEYS = re.compile(r"^ *(?:- )?run: (.*)$|^    - (\S+ .*)$")


def steps(name):
    """The shell lines of an example, in order."""
    lines = [match for match in map(KEYS.match, (EXAMPLES / name).read_text().splitlines()) if match]
    return [match[1] or match[2] for match in lines]


class Examples(harness.InFolder):
    def run_steps(self, name, capture):
        """The exit status of each step that can be run here."""
        (self.folder / "captures").mkdir(exist_ok=True)
        shutil.copy(TESTDATA / capture, self.folder / "captures/test.pcap")
        here = [step for step in steps(name) if not NOT_HERE.match(step)]
        environment = {**os.environ, "PATH": "%s:%s" % (Path(COMMAND).parent, os.environ["PATH"]), "GITHUB_STEP_SUMMARY": str(self.folder / "summary")}
        results = [subprocess.run(["bash", "-e", "-c", step], cwd=self.folder, env=environment, capture_output=True, text=True) for step in here]
        return {step.split()[0]: harness.sound(result) for step, result in zip(here, results)}

    def expected(self):
        return formats.rows("jsonl", harness.run("check", "--no-config", "--format", "jsonl", "--all", "captures/", cwd=self.folder).stdout)

    def rows(self, format, text):
        return {row[1:] for row in formats.rows(format, text)}

    def test_github(self):
        done = self.run_steps("github.yml", "violations.pcap")
        self.assertEqual({name: result.returncode for name, result in done.items()}, {"ipip": 1, "cat": 0})
        expected = {row[1:] for row in self.expected()}
        self.assertGreater(len(expected), 5)
        self.assertEqual(self.rows("github", done["ipip"].stdout), expected)
        named = re.search(r"sarif_file: (\S+)", (EXAMPLES / "github.yml").read_text())[1]
        self.assertEqual(self.rows("sarif", (self.folder / named).read_text()), expected)
        self.assertEqual(self.rows("markdown", (self.folder / "summary").read_text()), expected)

    def test_gitlab(self):
        done = self.run_steps("gitlab.yml", "violations.pcap")
        self.assertEqual({name: result.returncode for name, result in done.items()}, {"ipip": 1})
        reports = dict(re.findall(r"(?m)^      (codequality|junit): (\S+)", (EXAMPLES / "gitlab.yml").read_text()))
        expected = {row[1:] for row in self.expected()}
        self.assertEqual(self.rows("gitlab", (self.folder / reports["codequality"]).read_text()), expected)
        self.assertEqual(self.rows("junit", (self.folder / reports["junit"]).read_text()), expected)

    def test_what_is_right_passes(self):
        for name in ("github.yml", "gitlab.yml"):
            done = self.run_steps(name, "lab.pcapng")
            self.assertEqual({result.returncode for result in done.values()}, {0}, name)

    def test_all_steps_are_known(self):
        self.assertEqual(len(steps("github.yml")), 4)
        self.assertEqual(len(steps("gitlab.yml")), 4)

    def test_syntax(self):
        try:
            import yaml
        except ImportError:
            self.skipTest("no YAML for Python here")
        for path in EXAMPLES.iterdir():
            self.assertGreater(len(yaml.safe_load(path.read_text())), 0)


if __name__ == "__main__":
    harness.main()
