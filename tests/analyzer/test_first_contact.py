# SPDX-License-Identifier: GPL-2.0-or-later
"""What a new user trips over: locales, mistyped words, options of other programs, files that are no captures, words and widths."""

import bz2
import lzma
import os
import re
import subprocess
import tempfile
import unittest
import zipfile
from collections import defaultdict
from io import BytesIO
from pathlib import Path

import harness
from streams import clear, later
from tunnel_packets import HOST, PEER, fragments, frame, inner, outer
from vectors import ALL
from harness import COMMAND, TESTDATA, run
from packets import ethernet, pcap, tcp, udp

VERBS = ("check", "decap", "encap", "roundtrip", "pair", "endpoint", "tunnels", "rules", "explain")
GOOD = ethernet(outer(inner()))
WIDTH = 120
TERMINAL = 80


def in_locale(*arguments, stdin=b"", **environment):
    """The command with nothing else in its environment."""
    return subprocess.run([COMMAND, *arguments], input=stdin, env=environment, capture_output=True, timeout=60)


class Locale(unittest.TestCase):
    LOCALES = ({}, {"LC_ALL": "C"}, {"LC_ALL": "POSIX"}, {"LC_ALL": "C.UTF-8"}, {"LANG": "de_DE.UTF-8", "LANGUAGE": "de"}, {"LC_ALL": "xx_YY.nonsense"})

    def test_the_same_everywhere(self):
        for arguments in (*(("help", verb) for verb in VERBS), *((verb, "--help") for verb in VERBS), ("--help",), ("rules",), ("rules", "--profiles"),
                          ("check", "--jobs", "many", "x"), ("check", "--profile"), ("check", "--nonsense"), ("check", TESTDATA / "toobig.pcapng"),
                          ("tunnels", TESTDATA / "lab.pcapng"), ("explain", "IPIP105"), ("check", "none.pcap"), ("decap", "-w", "/nowhere/x", TESTDATA / "lab.pcapng")):
            outputs = {(result.returncode, result.stdout, result.stderr)
                       for result in (in_locale(*arguments, **locale) for locale in self.LOCALES)}
            self.assertEqual(len(outputs), 1, arguments)
            for output in outputs.pop()[1:]:
                self.assertTrue(output.isascii(), arguments)
                self.assertNotRegex(output.decode(), r"\?\?|\? |\[OPTION\?", arguments)

    def test_other_letters_survive(self):
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder, "stra\u00dfe.pcap")
            path.write_bytes(pcap([GOOD]))
            for locale in self.LOCALES:
                self.assertIn("stra\u00dfe.pcap: No such file".encode(), in_locale("check", folder + "/no-stra\u00dfe.pcap", **locale).stderr)
                self.assertEqual(in_locale("check", "--filter", "ip", "--inner", "udp", path, **locale).returncode, 0)
                self.assertIn("--profile gr\u00f6\u00dfe: it must be".encode(), in_locale("check", "--profile", "gr\u00f6\u00dfe", path, **locale).stderr)


class Words(unittest.TestCase):
    def refused(self, arguments, message, status=2):
        result = run(*arguments)
        self.assertEqual((result.returncode, result.stdout), (status, ""), arguments)
        self.assertEqual(result.stderr.splitlines()[0], message, arguments)

    def test_verbs(self):
        for word, message in (("chekc", "chekc: no such command; did you mean check?"), ("CHECK", "CHECK: no such command; did you mean check?"),
                              ("tunel", "tunel: no such command; did you mean tunnels?"), ("rule", "rule: no such command; did you mean rules?"),
                              ("decapsulate", "decapsulate: no such command; did you mean decap?"), ("frobnicate", "frobnicate: no such command"),
                              ("-r", "-r: options come after the command, such as in `ipip check CAPTURE`"),
                              ("--nonsense", "--nonsense: options come after the command, such as in `ipip check CAPTURE`"),
                              ("/dev/null", "/dev/null: the command comes first, such as in `ipip check /dev/null`")):
            self.refused((word, "x"), "ipip: " + message)
        self.refused((), "ipip: no command given, such as in `ipip check CAPTURE`")

    def test_help(self):
        for verb in VERBS:
            result = run("help", verb)
            self.assertEqual((result.returncode, result.stderr), (0, ""))
            self.assertEqual(result.stdout, run(verb, "--help").stdout)
            self.assertIn("  ipip %s [OPTION...]" % verb, result.stdout)
        self.assertEqual(run("help").stdout, run("--help").stdout)
        self.refused(("help", "nonsense"), "ipip: nonsense: no such command")
        self.refused(("help", "tunnel"), "ipip: tunnel: no such command; did you mean tunnels?")

    def test_help_fits_a_terminal(self):
        """Of every command, in 80 columns."""
        verbs = re.findall(r"(?m)^  ipip (\w+) ", run("--help").stdout)
        self.assertGreater(len(verbs), 11)
        for arguments in (("help",), *((verb, "--help") for verb in verbs)):
            lines = run(*arguments).stdout.splitlines()
            self.assertGreater(len(lines), 5, arguments)
            self.assertEqual([line for line in lines if len(line) > TERMINAL], [], arguments)

    def test_rules(self):
        for word, meant in (("IPIP1055", "IPIP105, df-not-propagated"), ("df-not-propagate", "IPIP105, df-not-propagated"), ("df-not-propogated", "IPIP105, df-not-propagated"),
                            ("IPPI105", "IPIP105, df-not-propagated"), ("ttl-insufficient", "IPIP108, outer-ttl-insufficient")):
            message = "no such rule; did you mean %s? `ipip rules` lists all" % meant
            self.refused(("explain", word), "ipip explain: %s: %s" % (word, message))
            for option in ("--select", "--ignore"):
                self.refused(("check", option, "IPIP106," + word, "x"), "ipip check: %s %s: %s" % (option, word, message))
        for word in ("105", "ipip105", "DF-not-propagated"):
            self.assertEqual(run("explain", word).stdout, run("explain", "IPIP105").stdout)
        for word, message in (("IPIP999", "there are IPIP100 to IPIP912"), ("999", "there are IPIP100 to IPIP912"), ("ipip000", "there are IPIP100 to IPIP912"),
                              ("IPIP730", "beside it are IPIP726, 6to4-native-native, and IPIP731, 6rd-source")):
            self.refused(("explain", word), "ipip explain: %s: no such rule; %s. `ipip rules` lists all" % (word, message))
        for word in ("checksum", "nonsense", "x" * 1000, "IPIP"):
            shown = word if len(word) <= 60 else 60 * "x" + "..."
            self.refused(("check", "--select", word, "x"), "ipip check: --select %s: no such rule; `ipip rules` lists them" % shown)

    def test_options(self):
        for option, meant in (("--formt", "--format"), ("--formt=jsonl", "--format"), ("--fliter", "--filter"), ("--base-line", "--baseline"), ("--colour", "--color"),
                              ("-quiet", "--quiet"), ("-profile", "--profile"), ("--tunel", None), ("--nonsense", None), ("-Z", None), ("--", None)):
            name = option.partition("=")[0]
            if meant is not None:
                self.refused(("check", option, "x"), "ipip check: %s: no such option; did you mean %s?" % (name, meant))
            elif name != "--":
                self.refused(("check", option, "x"), "ipip check: %s: no such option" % name)
        self.refused(("check", "x", "--nonsense"), "ipip check: --nonsense: no such option")
        self.refused(("check", "--all=no", "x"), "ipip check: --all=no: --all takes no value")

    def test_options_of_others(self):
        """As those who know tcpdump and tshark type them: the answer says what to do instead."""
        for arguments, answer in ((("-r", "a.pcap"), "name the capture without it"), 
                                  (("-n", "x"), "leave it out, as no name is looked up"), (("-nn", "x"), "leave it out"), (("-nnr", "x"), "leave it out"), (("-v", "x"), "--all"),
                                  (("-c", "5", "x"), "editcap"), (("-c5", "x"), "editcap"), (("-Y", "ip", "x"), "--filter"), (("-f", "ip", "x"), "--filter"),
                                  (("-T", "json", "x"), "--format jsonl"),  (("-s0", "x"), "leave it out"), (("-j", "4"), "--jobs N")):
            result = run("check", *arguments)
            self.assertEqual((result.returncode, result.stdout), (2, ""), arguments)
            self.assertRegex(result.stderr, r"^ipip check: %s: no such option; .*%s" % (arguments[0], re.escape(answer)))

    def test_choices(self):
        for option, word, meant in (("--profile", "linx", "linux"), ("--profile", "strict", "strict-rfc2003"), ("--vantage", "host", "host-tx"), ("--fail-on", "errors", "error"),
                                    ("--format", "json", "jsonl"), ("--color", "alwyas", "always"), ("--inner-side", "tun", "tundev"), ("--fail-on", "none", None)):
            result = run("check", option, word, "x")
            self.assertEqual((result.returncode, result.stdout), (2, ""))
            self.assertRegex(result.stderr, r"^ipip check: %s %s: it must be one of [^;]*%s\n" % (option, word, r"; did you mean %s\?" % meant if meant else ""))

    def test_what_is_wrong_comes_before_what_is_missing(self):
        """`check --profile FILE` has no capture left: the profile is what is wrong."""
        for verb, arguments, message in (("check", ("--profile", "x.pcap"), "--profile x.pcap: it must be one of "), ("check", ("--filter", "x.pcap"), "the filter "),
                                         ("check", ("--jobs", "x.pcap"), "--jobs x.pcap: it must be a number, 0 or more"),
                                         ("decap", ("-w", "x.pcap"), "no capture given"), ("decap", ("x.pcap",), "it needs -w FILE"),
                                         ("decap", ("-w", "o", "--depth", "0"), "--depth 0: it must be a number, 1 or more"),
                                         ("check", (), "no capture given"), ("tunnels", (), "no capture given"), ("explain", (), "no rule given"),
                                         ("decap", ("-w", "o", "a", "b"), "it takes one capture, but 2 were given"), ("rules", ("x",), "x: nothing is expected after the options"),
                                         ("check", ("--profile",), "Missing argument for --profile")):
            result = run(verb, *arguments)
            self.assertEqual((result.returncode, result.stdout), (2, ""))
            self.assertTrue(result.stderr.startswith("ipip %s: %s" % (verb, message)), result.stderr)
            self.assertTrue(result.stderr.endswith("See `ipip %s --help`.\n" % verb))

    def test_a_path_that_looks_like_an_option(self):
        with tempfile.TemporaryDirectory() as folder:
            for name in ("-x.pcap", "b.pcap"):
                Path(folder, name).write_bytes(pcap([GOOD]))
            result = subprocess.run([Path(COMMAND).resolve(), "check", "b.pcap", "--", "-x.pcap"], cwd=folder, capture_output=True, text=True)
            self.assertEqual((result.returncode, result.stderr), (0, ""))
            self.assertIn("2 packets in 2 files", result.stdout)


class Files(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.path = Path(folder.name)

    def zipped(self, data):
        file = BytesIO()
        with zipfile.ZipFile(file, "w") as archive:
            archive.writestr("a.pcap", data)
        return file.getvalue()

    def test_compressed_with_something_else(self):
        data = pcap([GOOD])
        for name, octets, message in (("xz", lzma.compress(data), "compressed with xz, which is not supported; decompress it into a pipe: xz -dc FILE | ipip COMMAND -"),
                                      ("bz2", bz2.compress(data), "compressed with bzip2, which is not supported; decompress it into a pipe: bzip2 -dc FILE | ipip COMMAND -"),
                                      ("zip", self.zipped(data), "a zip archive, which is not supported; decompress it into a pipe: unzip -p FILE | ipip COMMAND -"),
                                      ("7z", b"7z\xbc\xaf\x27\x1c", "a 7z archive, which is not supported"), ("Z", b"\x1f\x9d\x90\0", "compressed with compress"),
                                      ("lz", b"LZIP\1", "compressed with lzip"), ("snoop", b"snoop\0\0\0", "editcap -F pcapng IN OUT"), ("cap", b"GMBU\0", "editcap")):
            path = self.path / ("a." + name)
            path.write_bytes(octets)
            for verb, options in (("check", ()), ("tunnels", ()), ("roundtrip", ()), ("decap", ("-w", self.path / "out"))):
                result = run(verb, *options, path)
                self.assertEqual((result.returncode, result.stdout), (3, ""), (name, verb))
                self.assertTrue(result.stderr.startswith("ipip %s: %s: " % (verb, path)), result.stderr)
                self.assertIn(message, result.stderr)
            self.assertIn(message.encode(), run("check", "-", stdin=octets).stderr)

    def test_the_advice_works(self):
        (self.path / "a.pcap.xz").write_bytes(lzma.compress(pcap([GOOD])))
        try:
            plain = subprocess.run(["xz", "-dc", self.path / "a.pcap.xz"], stdout=subprocess.PIPE, check=True).stdout
        except FileNotFoundError:
            self.skipTest("xz is not installed")
        self.assertEqual(run("check", "-", stdin=plain).returncode, 0)

    def test_captures_of_the_same_time_are_merged(self):
        """One after the other, LAN and wire of one router do not show what was lost between them."""
        captures = [harness.KERNEL / "ipip-pmtu-1300-pmtudisc" / name for name in ("lan1.pcap", "outer.pcap")]
        options = ("check", "--no-config", "--format", "jsonl", "--select", "IPIP318")
        try:
            merged = subprocess.run(["mergecap", "-w", "-", *captures], stdout=subprocess.PIPE, check=True).stdout
        except FileNotFoundError:
            self.skipTest("mergecap is not installed")
        self.assertEqual(run(*options, "--merge", "order", *captures).returncode, 0)
        self.assertEqual(run(*options, *captures).returncode, 1)
        self.assertEqual(run(*options, "-", stdin=merged).returncode, 1)

    def test_nothing_could_be_opened(self):
        """Then the error is all that there is to say; a program gets its summary."""
        (self.path / "text").write_text("no capture\n")
        (self.path / "short").write_bytes(b"\xa1")
        for name in ("none", "text", "short", "."):
            for verb in ("check", "tunnels", "roundtrip"):
                result = run(verb, self.path / name)
                self.assertEqual((result.returncode, result.stdout), (3, ""), (verb, name))
                self.assertEqual(len(result.stderr.splitlines()), 1)
                result = run(verb, "--format", "jsonl", self.path / name, self.path / "none")
                self.assertEqual((result.returncode, len(result.stdout.splitlines())), (3, 1))
                self.assertIn('"files":0', result.stdout)
        self.assertIn("1 octet: too short", run("check", self.path / "short").stderr)

    def test_something_could_be_opened(self):
        (self.path / "empty.pcap").write_bytes(pcap([]))
        result = run("check", self.path / "none", self.path / "empty.pcap")
        self.assertEqual(result.returncode, 3)
        self.assertEqual(result.stdout, "0 packets in 1 file: 0 tunnel packets\nnothing could be checked: no tunnel packet\n")
        for packet, text in ((udp(HOST, PEER), "1 packet is UDP: a port of FOU or GUE is declared with --udp-tunnel PORT=KIND (--guess finds such ports)"), (tcp(HOST, PEER), None)):
            said = run("check", "--no-config", "-", stdin=pcap(frame(inner(payload=packet, protocol=17 if text else 6)))).stdout.decode()
            self.assertIn("\nnothing could be checked: no tunnel packet\n" + ("  %s\n" % text if text else ""), said)
            self.assertEqual("UDP" in said, text is not None)
        self.assertIn("nothing could be compared", run("roundtrip", self.path / "empty.pcap").stdout)
        self.assertIn("0 packets in 1 file: 0 tunnel directions", run("tunnels", self.path / "empty.pcap").stdout)


class Counts(unittest.TestCase):
    def text(self, rule, frames, *options, **pcap_options):
        return run("check", "--select", rule, *options, "-", stdin=pcap(frames, **pcap_options)).stdout.decode()

    def test_one(self):
        packet = inner()
        for rule, frames, options, message in (
                ("IPIP104", frame(outer(packet + b"x")), (), "1 octet follows the inner datagram"), ("IPIP104", frame(outer(packet + b"xy")), (), "2 octets follow the inner datagram"),
                ("IPIP103", frame(outer(packet[:-1])), (), "reaches 1 octet beyond the outer payload"), ("IPIP604", frame(outer(b"E")), (), "only 1 octet follows"),
                ("IPIP606", [ethernet(outer(packet))[:-1]], (), "reaches 1 octet beyond the end of the frame"),
                ("IPIP631", frame(outer(b"E", mf=True, offset=8, df=False)), (), "carries 1 octet, not a multiple of 8")):
            self.assertIn(message, self.text(rule, frames, *options), rule)

    def test_the_first_tunnel_packet(self):
        with tempfile.NamedTemporaryFile("w", suffix=".conf") as config:
            config.write("[policy]\nlearn=1\n")
            config.flush()
            text = self.text("IPIP211", frame(outer(inner())) + frame(outer(inner(), src="10.0.0.9")), "--config", config.name)
        self.assertIn("differs from that of the first tunnel packet, from which", " ".join(text.split()))

    def test_ages(self):
        """In the largest unit that leaves something of it; what is nothing is not called 0."""
        for seconds, apart, away in ((0, "in the same instant", None), (0.0000004, "less than 1 ms before", None), (0.0005, "less than 1 ms before", "0.000500 s away"),
                                     (0.4, "400 ms before", "0.400000 s away"), (1, "1 s before", "1.000000 s away"), (100.9, "100 s before", "100.900000 s away")):
            text = " ".join(self.text("IPIP621", clear(1) + later(seconds, clear(2)), nanoseconds=True).split())
            self.assertIn("was used for another datagram %s; " % apart, text)
            self.assertIn("see frame 1, %s" % away if away else "see frame 1 expected", text)

    def test_reassembly(self):
        with tempfile.TemporaryDirectory() as folder:
            for packets, message in ((fragments(inner(payload=bytes(100)), 64)[:1], "1 datagram (1 fragment) left out: incomplete"),
                                     (fragments(inner(payload=bytes(100)), 32, 64)[:2], "1 datagram (2 fragments) left out: incomplete")):
                result = run("decap", "-w", Path(folder, "out"), "-", stdin=pcap(packets))
                self.assertIn(message, result.stderr.decode())

    def test_damage(self):
        self.assertIn(b"the file ends inside a record, 1 octet into it", run("check", "-", stdin=pcap([GOOD]) + b"x").stderr)


# What a network engineer would not write.
DIALECT = re.compile(
    r"(?i)\b(somebody|nobody|anybody|everybody|whoever|who|whom|says that|said that|(is|are|was|never|not) told|speaks? (of|instead)|"
    r"will not do|beside an?|wants|heeds?|on (the|its) way|not looked at|as they were|the other way|telling|lack of room|has no words|"
    r"those that are known|(sent )?again and again|(is|are) not what|(came|come|comes) out as|stands? in for|octets inside)\b")


class Reports(unittest.TestCase):
    """Of every rule's vectors: how wide, and in which words."""

    @staticmethod
    def texts_of(folder, arguments, config, vectors):
        """What one run says of them all."""
        for number, vector in enumerate(vectors):
            frames = vector.fail or vector.clean or vector.unknown
            (folder / str(number)).write_bytes(pcap(frames, vector.link_type, captured=vector.captured))
        (folder / "policy").write_text(config or "")
        names = [*(["--config", "policy"] if config else []), *map(str, range(len(vectors)))]
        return [run("check", *arguments, *options, *names, cwd=folder).stdout for options in ((), ("--all",))]

    @classmethod
    def setUpClass(cls):
        alike = defaultdict(list)
        for _, vector in ALL:
            alike[tuple(vector.args), vector.config].append(vector)
        with tempfile.TemporaryDirectory() as folder:
            cls.texts = [text for (arguments, config), vectors in alike.items() for text in cls.texts_of(Path(folder), arguments, config, vectors)]
        cls.texts += [run(verb, path).stdout for verb in ("check", "tunnels", "roundtrip") for path in sorted(TESTDATA.glob("*.pcap*"))]
        rules = re.findall(r"^IPIP\d+", run("rules").stdout, re.M)
        cls.lists = [run(*arguments).stdout for arguments in (("rules",), ("rules", "--profiles"), ("--help",), ("explain", *rules),
                                                              *(("help", verb) for verb in VERBS))]

    def test_width(self):
        self.assertGreater(sum(map(len, self.texts)), 100000)
        self.assertGreater(sum(map(len, self.lists)), 100000)
        for text in self.texts + self.lists:
            for line in text.splitlines():
                if not line.startswith("  command"):  # to be copied
                    self.assertLessEqual(len(line), WIDTH, text)

    def test_words(self):
        for text in self.texts:
            self.assertNotRegex(text, r"(?<![\d.,/:])1 (octets|packets|fragments|files|tunnels|datagrams|rules|hops|routers|errors|warnings|notes|times)\b")
            self.assertNotRegex(text, r"(?<![\d.])0 m?s (before|later|away|after)|(?<!\d)0\.000000 s|up to 1 packet")

    def test_terms(self):
        """The terms of network engineers, no dialect."""
        self.assertEqual(sorted({line for text in self.texts + self.lists for line in text.splitlines() if DIALECT.search(line)}), [])

    def test_evidence_missing(self):
        text = " ".join(self.texts)
        self.assertRegex(text, r"evidence missing: for \d+ rules, on 1 packet each \(--all names them\)")
        self.assertRegex(text, r"evidence missing: for \d+ rules, on \d+ to \d+ packets each \(--all names them\)")

    def test_long_names_stay_whole(self):
        """They are searched for and copied; only what comes behind them goes to the next line."""
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder, "a name with blanks " + "x" * 150 + ".pcap")
            path.write_bytes(pcap(frame(outer(inner(), df=False))))
            text = run("check", "--select", "IPIP105", path).stdout
            self.assertIn("error IPIP105 df-not-propagated: %s frame 1,\n    tunnel 10.0.0.1 > 10.0.0.2\n" % path, text)


class Lists(unittest.TestCase):
    def test_header(self):
        first, *rows = run("rules").stdout.splitlines()
        self.assertEqual(first.split(), ["RULE", "SEVERITY", "EVIDENCE", "SLUG", "TITLE"])
        columns = [match.start() for match in re.finditer(r"\S+", first)]
        for row in rows:
            self.assertRegex(row[columns[0]:], r"^IPIP\d{3} ")
            for column in columns[1:]:
                self.assertRegex(row[column - 1:], r"^ \S", row)
        self.assertEqual(run("rules", "--profiles").stdout.splitlines()[0].split()[0], "PROFILE")
        self.assertTrue(run("rules", "--format", "jsonl").stdout.startswith('{"type":"rule"'))


if __name__ == "__main__":
    harness.main()
