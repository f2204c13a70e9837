# SPDX-License-Identifier: GPL-2.0-or-later
"""What an operator knows: the policy file, where it is found, and the options that say the same."""

import json
import os
import subprocess
import tempfile
import unittest
from pathlib import Path

import harness
from harness import COMMAND, Check, run
from packets import ethernet, pcap
from vectors import VECTORS, inner, outer

LOST_DF = pcap([ethernet(outer(inner(), df=False))])  # IPIP105, an error
NOTE = pcap(VECTORS["IPIP106"].fail)
WARNING = pcap(VECTORS["IPIP502"].fail)
ZERO_TOS = pcap([ethernet(outer(inner(tos=0xb8), tos=0))])  # normal for Linux, not for others
OFF = "[rule IPIP105]\nseverity=off\nreason=Ticket 17: the provider's router\n"


class Policy(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.path = Path(folder.name)

    def write(self, text, name="p.conf"):
        path = self.path / name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return path

    def check(self, text, data, *options):
        return Check("--config", self.write(text), *options, "-", stdin=data)


class Meaning(Policy):
    def rules(self, result):
        return {finding["rule"] for finding in result.findings}

    def test_profile(self):
        self.assertIn("IPIP101", self.rules(Check("-", stdin=ZERO_TOS)))
        self.assertNotIn("IPIP101", self.rules(self.check("[policy]\nprofile=linux\n", ZERO_TOS)))
        self.assertIn("IPIP101", self.rules(self.check("[policy]\nprofile=linux\n", ZERO_TOS, "--profile", "modern")))

    def test_vantage(self):
        def confidence(result):
            return [(finding["severity"], finding["confidence"]) for finding in result.of("IPIP101")]

        unknown, entry = confidence(Check("-", stdin=ZERO_TOS)), confidence(Check("--vantage", "entry", "-", stdin=ZERO_TOS))
        self.assertNotEqual(unknown, entry)
        self.assertEqual(confidence(self.check("[policy]\nvantage=entry\n", ZERO_TOS)), entry)
        self.assertEqual(confidence(self.check("[policy]\nvantage=entry\n", ZERO_TOS, "--vantage", "unknown")), unknown)

    def test_fail_on(self):
        for said, options, status in (("", (), 0), ("fail-on=note", (), 1), ("fail-on=note", ("--fail-on", "warning"), 0),
                                      ("fail-on=error", ("--fail-on", "note"), 1)):
            self.assertEqual(self.check("[policy]\n%s\n" % said, NOTE, *options).status, status, (said, options))
        self.assertEqual(self.check("[policy]\nfail-on=error\n", WARNING).status, 0)
        self.assertEqual(self.check("[policy]\nfail-on=never\n", LOST_DF).status, 0)

    def test_severity(self):
        for severity, statuses in (("error", (1, 1, 1)), ("warning", (0, 1, 1)), ("note", (0, 0, 1))):
            for fail_on, status in zip(("error", "warning", "note"), statuses):
                result = self.check("[rule IPIP105]\nseverity=%s\n" % severity, LOST_DF, "--select", "IPIP105", "--fail-on", fail_on)
                self.assertEqual((result.status, result.of("IPIP105")[0]["severity"]), (status, severity))
                self.assertEqual(result.summary["findings"], {name: int(name == severity) for name in ("error", "warning", "note")})

    def test_tunnel(self):
        """An expectation counts for its own direction."""
        for section, status in (("", 0), ("[tunnel 10.0.0.1 10.0.0.2]\nttl=7\n", 1), ("[tunnel 10.0.0.2 10.0.0.1]\nttl=7\n", 0)):
            self.assertEqual(self.check(section, pcap([ethernet(outer(inner()))])).status, status, section)

    def test_lists_are_added_to(self):
        """A tunnel that neither the file nor the command line names is a stranger; either may name the other's."""
        frames = pcap([ethernet(outer(inner(), src="10.0.0.%d" % last)) for last in (1, 3, 5)])
        for said, options, strangers in (("", (), []), ("endpoints=10.0.0.1-10.0.0.2", (), [2, 3]),
                                         ("endpoints=10.0.0.2-10.0.0.1;10.0.0.3-10.0.0.2", (), [3]),
                                         ("endpoints=10.0.0.1-10.0.0.2", ("--endpoint", "10.0.0.5-10.0.0.2"), [2]),
                                         ("endpoints=10.0.0.1-10.0.0.2", ("--endpoint", "10.0.0.5-10.0.0.2", "--endpoint", "10.0.0.3-10.0.0.2"), []),
                                         ("learn=1", (), [2, 3]), ("learn=2", (), [3]), ("learn=3", (), []), ("learn=0", (), [])):
            result = self.check("[policy]\n%s\n" % said, frames, *options, "--select", "IPIP211")
            self.assertEqual([finding["frame"] for finding in result.of("IPIP211")], strangers, (said, options))

    def test_sites(self):
        spoofed = pcap([ethernet(outer(inner(src="10.9.0.7", dst="10.1.0.7"), src="192.0.2.1", dst="10.1.0.1"))])
        for said, options, count in (("", (), 0), ("site=10.9.0.0/16", (), 0), ("site=10.9.0.0/16;10.1.0.0/16", (), 1),
                                     ("site=10.9.0.0/16", ("--site", "10.1.0.0/16"), 1), ("", ("--site", "10.9.0.0/16", "--site", "10.1.0.0/16"), 1)):
            result = self.check("[policy]\n%s\n" % said, spoofed, *options, "--select", "IPIP209")
            self.assertEqual(len(result.of("IPIP209")), count, (said, options))

    def test_off(self):
        result = self.check(OFF, LOST_DF)
        self.assertEqual((result.status, result.of("IPIP105")), (0, []))
        self.assertNotIn("IPIP105", result.summary["rules"])
        self.assertEqual(result.summary["silenced"], [{"rule": "IPIP105", "reason": "Ticket 17: the provider's router"}])

    def test_off_and_the_rules_of_the_command_line(self):
        """What is named on the command line wins; then the file silences nothing, and the summary does not say so."""
        for options, found, silenced in ((("--select", "IPIP105"), 1, 0), (("--select", "IPIP109"), 0, 0), (("--ignore", "IPIP105"), 0, 0),
                                         (("--select", "IPIP105,IPIP109", "--ignore", "IPIP105"), 0, 0), (("--ignore", "IPIP109"), 0, 1)):
            result = self.check(OFF, LOST_DF, *options)
            self.assertEqual((len(result.of("IPIP105")), len(result.summary["silenced"])), (found, silenced), options)

    def test_everything_off(self):
        rules = [json.loads(line)["rule"] for line in run("rules", "--format", "jsonl").stdout.splitlines()]
        text = "".join("[rule %s]\nseverity=off\nreason=x\n" % rule for rule in rules)
        result = run("check", "--config", self.write(text), "-", stdin=LOST_DF)
        self.assertEqual(result.returncode, 2)
        self.assertIn(b"the policy file leave no rule to judge by", result.stderr)
        self.assertEqual(len(self.check(text, LOST_DF, "--select", "IPIP105").of("IPIP105")), 1)

    def test_options_of_the_operator(self):
        for options in (("--site", "10.1.0.0/16", "--site", "10.2.0.0/16"), ("--endpoint", "10.0.0.1-10.0.0.2"), ("--inner-side", "lan"),
                        ("--inner-side", "tundev"), ("--inner-side", "unknown")):
            self.assertEqual(Check("--fail-on", "never", *options, "-", stdin=LOST_DF).status, 0, options)
        for options, message in ((("--site", "10.1.0.1/16"), "--site 10.1.0.1/16: it must be an IPv4 prefix without host bits, such as 10.1.0.0/16"),
                                 (("--site", ""), "--site : it must be"), (("--endpoint", "10.0.0.1"), "--endpoint 10.0.0.1: it must be"),
                                 (("--inner-side", "wan"), "--inner-side wan: it must be one of unknown, lan, tundev"),
                                 (("--config", "p", "--no-config"), "contradict")):
            result = run("check", *options, "-", stdin=LOST_DF)
            self.assertEqual((result.returncode, result.stdout), (2, b""), options)
            self.assertIn(message.encode(), result.stderr)


class InForce(Policy):
    """Which file is in force, and that one sees it."""

    def run_in(self, folder, *arguments, stdin=b""):
        folder = self.path / folder
        folder.mkdir(exist_ok=True)
        return subprocess.run([Path(COMMAND).resolve(), "check", "--format", "jsonl", *map(str, arguments)], cwd=folder, input=stdin,
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE)

    def policy_of(self, *arguments, **options):
        return json.loads(self.run_in(*arguments, **options).stdout.splitlines()[-1])["policy"]

    def test_found(self):
        capture = self.write(LOST_DF, "captures/a.pcap")
        other = self.write(LOST_DF, "others/b.pcap")
        self.assertIsNone(self.policy_of("work", capture))
        self.write("", "work/.ipip.conf")
        self.assertEqual(self.policy_of("work", capture), ".ipip.conf")
        beside = self.write("", "captures/.ipip.conf")
        self.assertEqual(self.policy_of("work", capture), str(beside))
        self.assertEqual(self.policy_of("work", "../captures/a.pcap"), "../captures/.ipip.conf")
        self.assertEqual(self.policy_of("captures", "a.pcap"), ".ipip.conf")
        self.assertEqual(self.policy_of("work", capture, other), str(beside))
        self.assertEqual(self.policy_of("work", other, capture), ".ipip.conf")  # the first capture decides
        self.assertEqual(self.policy_of("work", "-", capture, stdin=LOST_DF), ".ipip.conf")
        self.assertIsNone(self.policy_of("others", "-", stdin=LOST_DF))
        self.assertEqual(self.policy_of("work", "--config", "../captures/.ipip.conf", other), "../captures/.ipip.conf")
        self.assertIsNone(self.policy_of("work", "--no-config", capture))

    def test_a_found_file_is_taken_seriously(self):
        self.write(LOST_DF, "a.pcap")
        self.assertEqual(self.run_in(".", "a.pcap").returncode, 1)
        self.write(OFF, ".ipip.conf")
        self.assertEqual(self.run_in(".", "a.pcap").returncode, 0)
        self.assertEqual(self.run_in(".", "--no-config", "a.pcap").returncode, 1)
        self.write("[rule IPIP105]\nseverity=off\n", ".ipip.conf")
        result = self.run_in(".", "a.pcap")
        self.assertEqual((result.returncode, result.stdout), (2, b""))
        self.assertIn(b".ipip.conf:1: ", result.stderr)
        (self.path / ".ipip.conf").unlink()
        (self.path / ".ipip.conf").mkdir()
        result = self.run_in(".", "a.pcap")
        self.assertEqual(result.returncode, 2)
        self.assertIn(b".ipip.conf: Is a directory", result.stderr)

    def test_a_pipe_is_not_waited_for(self):
        self.write(LOST_DF, "a.pcap")
        os.mkfifo(self.path / ".ipip.conf")
        self.assertIsNone(self.policy_of(".", "a.pcap"))

    def test_text(self):
        path = self.write(OFF + "[rule IPIP106]\nseverity=off\nreason=known\n")
        text = run("check", "--config", path, "-", stdin=LOST_DF).stdout.decode()
        self.assertIn("\n  policy: %s\n  silenced by the policy: IPIP105 (Ticket 17: the provider's router)\n"
                      "  silenced by the policy: IPIP106 (known)\n" % path, text)
        self.assertNotIn("every rule was checked", text)
        self.assertNotIn("policy", run("check", "-", stdin=LOST_DF).stdout.decode())
        self.assertEqual(Check("-", stdin=LOST_DF).summary["silenced"], [])

    def test_a_name_that_is_no_utf8(self):
        path = os.fsdecode(os.fsencode(self.path) + b"/\xff.conf")
        Path(path).write_text("[policy]\nlearn=1\n")
        self.assertTrue(Check("--config", path, "-", stdin=LOST_DF).summary["policy"].endswith("\ufffd.conf"))
        Path(path).write_text("[policy]\nlearn=x\n")
        self.assertEqual(run("check", "--config", path, "-", stdin=LOST_DF).returncode, 2)


class Refused(Policy):
    """The lines themselves are unit.policy_file's; here: how the command says it."""

    def test_status_and_place(self):
        path = self.write("# ours\n[policy]\nprofile=solaris\n")
        result = run("check", "--config", path, "-", stdin=LOST_DF)
        self.assertEqual((result.returncode, result.stdout), (2, b""))
        self.assertRegex(result.stderr.decode(), r"^ipip check: %s:3: profile=solaris: it must be one of modern, .*\n" % path)

    def test_files(self):
        for name, message in ((self.path / "none", "No such file or directory"), (self.path, "Is a directory"),
                              (self.write(b"#" * (1 << 20) + b"\n"), "a policy file has at most 1 MiB")):
            result = run("check", "--config", name, "-", stdin=LOST_DF)
            self.assertEqual((result.returncode, result.stdout), (2, b""))
            self.assertIn("ipip check: %s: %s\n" % (name, message), result.stderr.decode())
        self.assertEqual(self.check(b"#" * ((1 << 20) - 1) + b"\n", LOST_DF).status, 1)  # the largest one

    def test_standard_input(self):
        path = self.write(LOST_DF, "a.pcap")
        result = Check("--config", "-", path, stdin=OFF)
        self.assertEqual((result.status, result.summary["policy"]), (0, "-"))
        result = run("check", "--config", "-", path, "-", stdin=OFF)
        self.assertEqual((result.returncode, result.stdout), (2, ""))
        self.assertIn("standard input", result.stderr)

    def test_only_check_has_one(self):
        self.write("nonsense", ".ipip.conf")
        (self.path / "a.pcap").write_bytes(LOST_DF)
        for arguments in (("tunnels", "a.pcap"), ("roundtrip", "a.pcap"), ("decap", "-w", "out.pcap", "a.pcap"), ("rules",)):
            result = subprocess.run([Path(COMMAND).resolve(), *arguments], cwd=self.path, stdout=subprocess.DEVNULL)
            self.assertEqual(result.returncode, 0, arguments)


if __name__ == "__main__":
    harness.main()
