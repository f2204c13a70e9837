# SPDX-License-Identifier: GPL-2.0-or-later
"""What an operator knows: the policy file, where it is found, and the options that say the same."""

import json
import os
import shutil
import socket
import subprocess
import tempfile
import unittest
from pathlib import Path

import harness
from harness import COMMAND, Check, run
from packets import ethernet, pcap
from tunnel_packets import inner, outer
from vectors import FOLDERS, VECTORS

LOST_DF = pcap([ethernet(outer(inner(), df=False))])  # IPIP105, an error
NOTE = pcap(VECTORS["IPIP106"].fail)
WARNING = pcap(VECTORS["IPIP502"].fail)
ZERO_TOS = pcap([ethernet(outer(inner(tos=0xb8), tos=0))])  # normal for Linux, not for others
SIDES = FOLDERS["sides"]
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

    def test_sections_that_fit_no_tunnel(self):
        """A warning names what was perhaps meant for another tunnel, or for the other direction."""
        there, back, none = ("[tunnel 10.0.0.%d %s]\nttl=64\n" % pair for pair in ((1, "10.0.0.2"), (2, "10.0.0.1"), (9, "10.0.0.2")))
        others = "".join("[tunnel 2001:db8::%d 2001:db8::1:1]\nttl=64\n" % last for last in (1, 2, 3))
        frames = pcap([ethernet(outer(inner()))])
        for text, warning in (
                ("", ""), (there, ""), ("[policy]\nprofile=linux\n", ""),
                (there + none, "[tunnel 10.0.0.9 10.0.0.2] is not used: no tunnel packet goes from 10.0.0.9 to 10.0.0.2"),
                (back, "[tunnel 10.0.0.2 10.0.0.1] is not used: tunnel packets go the other way only, from 10.0.0.1 to 10.0.0.2"),
                (none + back, "2 sections [tunnel SRC DST] are not used, as no tunnel packet goes that way: 10.0.0.2 > 10.0.0.1, 10.0.0.9 > 10.0.0.2"),
                (there + none + others, "4 sections [tunnel SRC DST] are not used, as no tunnel packet goes that way: 10.0.0.9 > 10.0.0.2, "
                 "2001:db8::1 > 2001:db8::1:1, 2001:db8::2 > 2001:db8::1:1 and 1 more")):
            said = run("check", "--config", self.write(text), "-", stdin=frames).stderr
            said = said if isinstance(said, str) else said.decode()
            lines = [line for line in said.splitlines() if "not used" in line]
            self.assertEqual(lines, ["ipip check: warning: " + warning] if warning else [], text)

    def test_what_the_encapsulator_is_meant_to_do(self):
        """For its own direction, and for nothing else that it changes."""
        there, back = "[tunnel 10.0.0.1 10.0.0.2]\n", "[tunnel 10.0.0.2 10.0.0.1]\n"
        marked, cleared = SIDES.changed({"tos": 0x28}, {"tos": 0xB8}), SIDES.changed(SIDES.DF, SIDES.NO_DF)
        two_hops, one_hop = SIDES.enters(64, 62), SIDES.enters(64, 63)
        for section, frames, rule, count in (
                ("", marked, "IPIP402", 1), (there + "allow=dscp\n", marked, "IPIP402", 0), (back + "allow=dscp\n", marked, "IPIP402", 1),
                (there + "allow=df-clear\n", marked, "IPIP402", 1), (there + "allow=df-clear;dscp\n", marked, "IPIP402", 0),
                ("", cleared, "IPIP405", 1), (there + "allow=df-clear\n", cleared, "IPIP405", 0), (back + "allow=df-clear\n", cleared, "IPIP405", 1),
                (there + "allow=dscp\n", cleared, "IPIP405", 1), (there + "encap-hops=2\n", two_hops, "IPIP401", 0),
                (there + "encap-hops=2\n", one_hop, "IPIP401", 1), (back + "encap-hops=2\n", one_hop, "IPIP401", 0)):
            result = self.check(section, pcap(frames), "--inner-side", "lan")
            self.assertEqual(len(result.of(rule)), count, (section, rule))
        for key, wrong in (("encap-hops", "0"), ("encap-hops", "two"), ("allow", "nat"), ("allow", "")):
            self.assertEqual(run("check", "--config", self.write(there + "%s=%s\n" % (key, wrong)), "-", stdin=b"").returncode, 2)

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
        self.assertIn(b"the policy file leave no rule to check", result.stderr)
        self.assertEqual(len(self.check(text, LOST_DF, "--select", "IPIP105").of("IPIP105")), 1)

    def test_options_of_the_operator(self):
        for options in (("--site", "10.1.0.0/16", "--site", "10.2.0.0/16"), ("--endpoint", "10.0.0.1-10.0.0.2"), ("--inner-side", "lan"),
                        ("--inner-side", "tundev"), ("--inner-side", "unknown")):
            self.assertEqual(Check("--fail-on", "never", *options, "-", stdin=LOST_DF).status, 0, options)
        for options, message in ((("--site", "10.1.0.1/16"), "--site 10.1.0.1/16: it must be a prefix without host bits, such as 10.1.0.0/16 or 2001:db8::/32"),
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

    def said(self, *arguments, **options):
        return self.run_in(*arguments, **options).stderr.decode()

    def not_used(self, why, *arguments):
        """The policy file in the working directory would silence IPIP105, but it is not ours."""
        for quiet in ((), ("-q",)):
            result = self.run_in(".", *quiet, *arguments, "a.pcap")
            self.assertEqual((result.returncode, result.stderr.decode()), (
                1, "ipip check: .ipip.conf in the working directory is not used: %s; --config .ipip.conf uses it on purpose\n" % why))

    def test_found(self):
        """In the working directory, and nowhere else."""
        capture = self.write(LOST_DF, "captures/a.pcap")
        self.assertIsNone(self.policy_of("work", capture))
        self.write("", "captures/.ipip.conf")
        self.assertIsNone(self.policy_of("work", capture))
        self.assertIsNone(self.policy_of("work", "../captures/a.pcap"))
        self.assertEqual(self.policy_of("captures", "a.pcap"), ".ipip.conf")
        self.write("", "work/.ipip.conf")
        self.assertEqual(self.policy_of("work", capture), ".ipip.conf")
        self.assertEqual(self.policy_of("work", "-", stdin=LOST_DF), ".ipip.conf")
        self.assertEqual(self.policy_of("work", "--config", "../captures/.ipip.conf", capture), "../captures/.ipip.conf")
        self.assertIsNone(self.policy_of("work", "--no-config", capture))

    def test_a_capture_does_not_bring_its_own(self):
        """As a foreign archive would: a capture, and what silences the verdict on it."""
        for silence in (OFF, "[policy]\nfail-on=never\n"):
            capture = self.write(LOST_DF, "theirs/a.pcap")
            self.write(silence, "theirs/.ipip.conf")
            result = self.run_in("ours", "-q", capture)
            self.assertEqual((result.returncode, result.stderr), (1, b""))
            result = self.run_in("ours", "-q", "--fail-on", "error", capture)
            self.assertEqual(result.returncode, 1)

    def test_the_one_in_force_is_named(self):
        """Once, whatever else is printed."""
        self.write(LOST_DF, "a.pcap")
        self.write(OFF, ".ipip.conf")
        other = self.write(OFF, "other.conf")
        for options in ((), ("-q",), ("--format", "text"), ("--all",)):
            self.assertEqual(self.said(".", *options, "a.pcap"), "ipip check: policy file .ipip.conf\n", options)
            self.assertEqual(self.said(".", *options, "--config", other, "a.pcap"), "ipip check: policy file %s\n" % other, options)
            self.assertEqual(self.said(".", *options, "--no-config", "a.pcap"), "", options)
        self.assertEqual(self.said(".", "--config", "-", "a.pcap", stdin=OFF.encode()), "ipip check: policy file -\n")

    def test_not_ours(self):
        self.write(LOST_DF, "a.pcap")
        path = self.write(OFF, ".ipip.conf")
        self.assertEqual(self.run_in(".", "a.pcap").returncode, 0)
        path.chmod(0o666)
        self.not_used("others may write to it")
        path.chmod(0o664)  # as umask 002 makes it
        self.assertEqual(self.run_in(".", "a.pcap").returncode, 0)
        path.rename(self.path / "elsewhere.conf")
        path.symlink_to("elsewhere.conf")
        self.not_used("it is a symbolic link")
        self.assertEqual(self.run_in(".", "--config", ".ipip.conf", "a.pcap").returncode, 0)  # on purpose
        path.unlink()
        path.symlink_to("nowhere")
        self.not_used("it is a symbolic link")
        for make, remove in ((os.mkfifo, os.unlink), (os.mkdir, os.rmdir), (self.make_socket, os.unlink)):
            path.unlink(missing_ok=True)
            make(path)
            self.not_used("it is not a regular file")
            remove(path)

    def make_socket(self, path):
        with socket.socket(socket.AF_UNIX) as end:
            end.bind(os.path.relpath(path))

    def test_of_another_user(self):
        if os.getuid() != 0:
            self.skipTest("only root can give a file away")
        self.write(LOST_DF, "a.pcap")
        os.chown(self.write(OFF, ".ipip.conf"), 65534, 65534)
        self.not_used("it belongs to another user")

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

    def test_ours_that_can_not_be_read(self):
        """Judging without it would judge by other rules."""
        if os.getuid() == 0:
            def demoted():
                os.setgid(65534)
                os.setuid(65534)
        else:
            demoted = None
        self.write(LOST_DF, "a.pcap")
        path = self.write(OFF, ".ipip.conf")
        if os.getuid() == 0:
            os.chown(path, 65534, 65534)
            os.chmod(self.path, 0o755)
        path.chmod(0)
        command = shutil.copy(COMMAND, self.path / "ipip")  # the build may lie where only root may look
        result = subprocess.run([command, "check", "a.pcap"], cwd=self.path, preexec_fn=demoted, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        self.assertEqual((result.returncode, result.stdout), (2, b""))
        self.assertIn(b"ipip check: .ipip.conf: Permission denied\n", result.stderr)

    def test_text(self):
        path = self.write(OFF + "[rule IPIP106]\nseverity=off\nreason=known\n")
        text = run("check", "--config", path, "-", stdin=LOST_DF).stdout.decode()
        self.assertIn("\n  policy: %s\n  silenced by the policy: IPIP105 (Ticket 17: the provider's router)\n"
                      "  silenced by the policy: IPIP106 (known)\n" % path, text)
        self.assertNotIn("every rule was checked", text)
        self.assertNotIn("policy", run("check", "-", stdin=LOST_DF).stdout.decode())
        self.assertEqual(Check("-", stdin=LOST_DF).summary["silenced"], [])

    def test_the_command_line_wins(self):
        """Of each setting, whatever the file says of it."""
        tunnel = "[tunnel 10.0.0.1 10.0.0.2]\nprofile=%s\n"
        for file, options, data, status in (
                ("[policy]\nfail-on=never\n", ("--fail-on", "error"), LOST_DF, 1), ("[policy]\nfail-on=note\n", ("--fail-on", "never"), LOST_DF, 0),
                ("[policy]\nprofile=linux\n", ("--profile", "modern"), ZERO_TOS, 1), ("[policy]\nprofile=modern\n", ("--profile", "linux"), ZERO_TOS, 0),
                (tunnel % "linux", (), ZERO_TOS, 0), (tunnel % "linux", ("--profile", "modern"), ZERO_TOS, 1),
                (tunnel % "modern", ("--profile", "linux"), ZERO_TOS, 0), (OFF, ("--select", "IPIP105"), LOST_DF, 1),
                ("[rule IPIP105]\nseverity=error\n", ("--ignore", "IPIP105"), LOST_DF, 0)):
            result = self.check(file, data, "--vantage", "entry", *options)
            self.assertEqual(result.status, status, (file, options))

    def test_the_severity_of_a_rule_counts(self):
        """--fail-on and --select say nothing of it: it is that of the finding."""
        file = "[rule IPIP105]\nseverity=note\n"
        for options, status in ((("--fail-on", "error"), 0), (("--fail-on", "note"), 1), (("--select", "IPIP105"), 0), (("--select", "IPIP105", "--fail-on", "note"), 1)):
            self.assertEqual(self.check(file, LOST_DF, *options).status, status, options)

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
        self.assertRegex(result.stderr.decode(), r"^ipip check: %s:3: profile: it must be one of modern, .*\n" % path)

    def test_files(self):
        for name, message in ((self.path / "none", "No such file or directory"), (self.path, "Is a directory"),
                              (self.write(b"#" * (1 << 20) + b"\n"), "a policy file has at most 1 MiB")):
            result = run("check", "--config", name, "-", stdin=LOST_DF)
            self.assertEqual((result.returncode, result.stdout), (2, b""))
            self.assertIn("ipip check: %s: %s\n" % (name, message), result.stderr.decode())
        self.assertEqual(self.check(b"#" * ((1 << 20) - 1) + b"\n", LOST_DF).status, 1)  # the largest one

    def test_secrets_are_not_told(self):
        """Another file than was meant, be it by mistake or by a link."""
        secrets = self.write("machine mail.example login ann password hunter2\ntoken=hunter2\n[hunter2 hunter2]\nhunter2\n", "netrc")
        files = [secrets] + [self.write(text, "%u.conf" % number) for number, text in enumerate((
            "[hunter2]\n", "[policy hunter2]\n", "[tunnel hunter2 hunter2]\n", "[rule hunter2]\n", "[hunter2", "[policy]\nprofile=hunter2\n",
            "[policy]\nsite=hunter2\n", "[policy]\nendpoints=hunter2\n", "[policy]\nlearn=hunter2\n", "hunter2 hunter2=hunter2\n", "hunter2\n",
            "[policy]\nhunter2:x=1\n", "[rule IPIP105]\nreason=hunter2\\q\n", "[rule IPIP105]\nreason=hunter2\\n\n", "[rule IPIP105]\nseverity=hunter2\n",
            "[tunnel 10.0.0.1 10.0.0.2]\nttl=hunter2\n", "root:$6$hunter2:19000:0:99999:7:::\n"))]
        for path in files:
            for arguments in (("--config", path), ("--baseline", path)):
                result = run("check", *arguments, "-", stdin=LOST_DF)
                self.assertEqual((result.returncode, result.stdout), (2, b""), path.read_text())
                self.assertIn(b"%s:" % os.fsencode(path), result.stderr)
                self.assertNotIn(b"hunter2", result.stderr, path.read_text())
        start = '{"type":"ipip-baseline","version":1}\n'
        for line in ('{"rule":"hunter2"}', "hunter2", '"hunter2', '{"hunter2":1,"hunter2":2}', '{"rule":"IPIP105","src":"hunter2"}'):
            result = run("check", "--baseline", self.write(start + line, "known"), "-", stdin=LOST_DF)
            self.assertEqual(result.returncode, 2)
            self.assertNotIn(b"hunter2", result.stderr, line)

    def test_a_link_in_somebodys_folder(self):
        """It leads to a file that only its user may read."""
        (self.path / "a.pcap").write_bytes(LOST_DF)
        self.write("machine mail.example login ann password hunter2\n", "netrc")
        (self.path / ".ipip.conf").symlink_to("netrc")
        result = subprocess.run([Path(COMMAND).resolve(), "check", "-q", "a.pcap"], cwd=self.path, capture_output=True)
        self.assertEqual((result.returncode, result.stdout), (1, b""))
        self.assertIn(b"not used", result.stderr)
        self.assertNotIn(b"hunter2", result.stderr)
        self.assertNotIn(b"machine", result.stderr)

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
