# SPDX-License-Identifier: GPL-2.0-or-later
"""The files that decap and encap write: their kind, complete or absent, with true lengths and times."""

import gzip
import os
import shutil
import signal
import struct
import subprocess
import tempfile
import time
import unittest
from pathlib import Path

import captures
import harness
from harness import run, sound
from packets import ethernet, pcap, pcapng_block, pcapng_interface, pcapng_option, pcapng_packet, pcapng_section
from tunnel_packets import inner, outer


class Files(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.path = Path(self.folder.name)
        self.addCleanup(self.folder.cleanup)

    def write(self, name, data):
        (self.path / name).write_bytes(data)
        return self.path / name

    def test_same_kind_of_file(self):
        frame = ethernet(outer(inner()))
        for data in (pcap([frame]), pcap([frame], nanoseconds=True), pcap([frame], big_endian=True)):
            source = self.write("in", data)
            run("decap", "-w", self.path / "out", source)
            written = (self.path / "out").read_bytes()
            self.assertEqual(written[:4], data[:4])
            self.assertEqual(captures.read(written)[0].time, captures.read(data)[0].time)
            self.assertEqual(captures.read(written)[0].octets, ethernet(inner()))

    def test_pcapng_keeps_blocks_and_options(self):
        for order in "<>":
            comment = pcapng_option(1, b"a comment", order)
            flags = pcapng_option(2, b"\1\0\0\0", order)
            hash = pcapng_option(3, b"\2\1\2\3\4", order)
            end = pcapng_option(0, b"", order)
            statistics = pcapng_block(5, b"\0" * 12, order)
            data = (pcapng_section(order) + pcapng_interface(1, 96, 9, "eth0", order) + pcapng_interface(101, 0, order=order) +
                    pcapng_packet(ethernet(outer(inner())), 0, 1700000000125986123, options=comment + flags + hash + end,
                                  order=order) +
                    pcapng_packet(outer(inner()), 1, order=order) +
                    pcapng_packet(ethernet(b"\0" * 28, 0x0806), 0, 5, options=comment + hash + end, order=order) + statistics)
            result = run("decap", "-w", "-", "-", stdin=data)
            self.assertEqual(result.returncode, 0, result.stderr)
            records = captures.read(result.stdout)
            self.assertEqual([record.octets for record in records],
                             [ethernet(inner()), inner(), ethernet(b"\0" * 28, 0x0806)])
            self.assertEqual([record.link_type for record in records], [1, 101, 1])
            self.assertEqual(records[0].time, 1700000000125986123)
            blocks = list(captures.blocks(result.stdout))
            self.assertEqual([type for type, _, _ in blocks], [0x0A0D0D0A, 1, 1, 6, 6, 6, 5])
            self.assertEqual({order for _, _, order in blocks}, {order})
            packet_options = blocks[3][1][20 + len(ethernet(inner())) + (-len(ethernet(inner())) % 4):]
            self.assertEqual(packet_options, comment + flags + end)  # the hash of other octets is gone
            self.assertIn(hash, blocks[5][1])  # that of an unchanged packet stays

    def test_what_follows_the_end_of_options(self):
        """It belongs to none, and is left out."""
        comment, end = pcapng_option(1, b"a comment"), pcapng_option(0, b"")
        data = pcapng_section() + pcapng_interface(1) + pcapng_packet(ethernet(outer(inner())), options=comment + end + comment)
        body = list(captures.blocks(run("decap", "-w", "-", "-", stdin=data).stdout))[2][1]
        packet_bytes = len(ethernet(inner())) + -len(ethernet(inner())) % 4
        self.assertEqual(body[20 + packet_bytes:], comment + end)

    def test_limit_of_a_pcap(self):
        """The largest of the interfaces before the first packet; statistics have the upper half of a time in its place."""
        statistics = pcapng_block(5, struct.pack("<III", 0, 1700000000 * 10**6 >> 32, 0))
        source = self.write("in.pcapng", pcapng_section() + pcapng_interface(1, 270000) + pcapng_interface(1, 300000) + statistics +
                            pcapng_interface(1, 280000) + pcapng_packet(ethernet(outer(inner()))))
        run("decap", "-w", self.path / "out.pcap", source)
        self.assertEqual(struct.unpack_from("<I", (self.path / "out.pcap").read_bytes(), 16), (300000,))

    def test_simple_packet_blocks(self):
        packet = ethernet(outer(inner()))
        simple = pcapng_block(3, len(packet).to_bytes(4, "little") + packet)
        result = run("decap", "-w", "-", "-", stdin=pcapng_section() + pcapng_interface(1) + simple)
        self.assertEqual(captures.read(result.stdout)[0].octets, ethernet(inner()))
        self.assertIsNone(captures.read(result.stdout)[0].time)
        # Cut by the interface's snapshot length: only an enhanced block can say so.
        simple = pcapng_block(3, len(packet).to_bytes(4, "little") + packet[:60])
        result = run("decap", "-w", "-", "-", stdin=pcapng_section() + pcapng_interface(1, 60) + simple)
        record = captures.read(result.stdout)[0]
        self.assertEqual((record.octets, record.wire), (packet[:14] + packet[34:60], len(packet) - 20))

    def test_extension_chooses_the_kind(self):
        packet = ethernet(outer(inner()))
        source = self.write("in.pcap", pcap([packet], nanoseconds=True))
        run("decap", "-w", self.path / "out.pcapng", source)
        written = (self.path / "out.pcapng").read_bytes()
        run("decap", "-w", self.path / "out.pcapng.gz", source)
        self.assertEqual(gzip.decompress((self.path / "out.pcapng.gz").read_bytes()), written)
        self.assertEqual(written[:4], b"\n\r\r\n")
        self.assertEqual(captures.read(written)[0].time, 1700000000125986000)
        self.assertEqual(captures.read(written)[0].octets, ethernet(inner()))
        source = self.write("in.pcapng", pcapng_section() + pcapng_interface(1, 0, 9) +
                            pcapng_packet(packet, 0, 1700000000125986123))
        run("decap", "-w", self.path / "out.pcap", source)
        record = captures.read((self.path / "out.pcap").read_bytes())[0]
        self.assertEqual((record.time, record.octets), (1700000000125986123, ethernet(inner())))

    def test_compressed_output(self):
        source = self.write("in.pcap", pcap([ethernet(outer(inner()))] * 1000))
        for ending in (".gz", ".zst", ".lz4"):
            target = self.path / ("out.pcap" + ending)
            self.assertEqual(run("decap", "-w", target, source).returncode, 0)
            self.assertLess(target.stat().st_size, source.stat().st_size / 10)
            plain = self.path / "plain.pcap"
            self.assertEqual(run("decap", "-w", plain, target).returncode, 0)
            self.assertEqual([record.octets for record in captures.read(plain)], [ethernet(inner())] * 1000)

    def test_mixed_link_types_do_not_fit_into_pcap(self):
        source = self.write("in.pcapng", pcapng_section() + pcapng_interface(1) + pcapng_interface(101) +
                            pcapng_packet(ethernet(inner()), 0) + pcapng_packet(inner(), 1))
        result = run("decap", "-w", self.path / "out.pcap", source)
        self.assertEqual(result.returncode, 4)
        self.assertIn("name the output .pcapng", result.stderr)
        self.assertEqual(sorted(path.name for path in self.path.iterdir()), ["in.pcapng"])

    def test_empty_captures(self):
        for data in (pcap([]), pcapng_section() + pcapng_interface(1), pcapng_section()):
            result = run("decap", "-w", "-", "-", stdin=data)
            self.assertEqual(result.returncode, 0)
            self.assertEqual(captures.read(result.stdout), [])

    def test_damaged_input_keeps_what_was_readable(self):
        data = pcap([ethernet(outer(inner()))] * 3)
        source = self.write("in.pcap", data[:-5])
        result = run("decap", "-w", self.path / "out.pcap", source)
        self.assertEqual(result.returncode, 3)
        self.assertIn("after frame 2: the file ends inside a record", result.stderr)
        self.assertEqual(len(captures.read(self.path / "out.pcap")), 2)

    def test_unreadable_input_leaves_no_output(self):
        result = run("decap", "-w", self.path / "out.pcap", self.write("in.pcap", b"no capture"))
        self.assertEqual(result.returncode, 3)
        self.assertFalse((self.path / "out.pcap").exists())

    def test_output_that_can_not_be_written(self):
        source = self.write("in.pcap", pcap([ethernet(outer(inner()))]))
        result = run("decap", "-w", self.path / "no" / "out.pcap", source)
        self.assertEqual(result.returncode, 4)
        self.assertIn("out.pcap: can't be created in its folder: No such file or directory", result.stderr)
        self.assertEqual(run("decap", "-w", "/dev/full", source).returncode, 4)

    def test_the_input_is_not_replaced(self):
        """Under whatever name: the capture would be gone."""
        data = pcap([ethernet(outer(inner()))])
        source = self.write("in.pcap", data)
        (self.path / "link.pcap").symlink_to(source)
        for target in (source, self.path / "link.pcap"):
            result = run("decap", "-w", target, source)
            self.assertEqual(result.returncode, 2)
            self.assertIn("that is the input", result.stderr)
        with open(source, "rb") as stream:
            self.assertEqual(subprocess.run([harness.COMMAND, "decap", "-w", source, "-"], stdin=stream, capture_output=True).returncode, 2)
        self.assertEqual(source.read_bytes(), data)

    def test_through_a_symbolic_link(self):
        """What the link points to is replaced, with the permissions that it had."""
        target = self.write("target.pcap", b"old")
        target.chmod(0o600)
        (self.path / "link.pcap").symlink_to(target)
        run("decap", "-w", self.path / "link.pcap", self.write("in.pcap", pcap([ethernet(outer(inner()))])))
        self.assertTrue((self.path / "link.pcap").is_symlink())
        self.assertEqual(captures.read(target)[0].octets, ethernet(inner()))
        self.assertEqual(target.stat().st_mode & 0o777, 0o600)

    def test_outputs_larger_than_what_is_written_at_once(self):
        """Packets of all lengths, so that headers and packets lie across the borders, and one that is larger than two batches."""
        inside = [ethernet(inner(payload=bytes(i % 700))) for i in range(9000)]
        packets = [ethernet(outer(inner(payload=bytes(i % 700)))) for i in range(9000)]
        large = ethernet(bytes(range(256)) * 10000, 0x0806)
        inside.insert(4000, large)
        packets.insert(4000, large)
        blocks = b"".join(pcapng_packet(packet) for packet in packets)
        for suffix, data in ((".pcap", pcap(packets)), (".pcapng", pcapng_section() + pcapng_interface(1) + blocks)):
            source = self.write("in" + suffix, data)
            for compression in ("", ".gz", ".zst", ".lz4"):
                for jobs in (1, 2):
                    target = self.path / ("out" + suffix + compression)
                    result = run("decap", "--jobs", jobs, "-w", target, source)
                    self.assertEqual(result.returncode, 0, result.stderr)
                    written = run("decap", "-w", "-", target, text=False).stdout
                    self.assertEqual([record.octets for record in captures.read(written)], inside)

    def test_what_goes_wrong_after_batches(self):
        """The thread that writes and the one that reads, each with others' work behind it."""
        many = ethernet(outer(inner(payload=bytes(1000))))
        blocks = pcapng_section() + pcapng_interface(1) + pcapng_interface(101) + pcapng_packet(many) * 6000
        source = self.write("in.pcapng", blocks + pcapng_packet(outer(inner()), 1) + pcapng_packet(many) * 6000)
        for jobs in (1, 2):
            result = run("decap", "--jobs", jobs, "-w", "/dev/full", source)
            self.assertEqual((result.returncode, result.stderr), (4, "ipip decap: /dev/full: can't be written: No space left on device\n"))
            result = run("decap", "--jobs", jobs, "-w", self.path / "out.pcap", source)
            self.assertEqual(result.returncode, 4)
            self.assertIn("frame 6001 has link type 101 and others 1", result.stderr)
            self.assertEqual([path.name for path in self.path.iterdir()], ["in.pcapng"])

    def test_file_size_limit(self):
        source = self.write("in.pcap", pcap([ethernet(outer(inner()))] * 30000))
        result = subprocess.run("ulimit -f 100; exec '%s' decap -w '%s' '%s'" % (harness.COMMAND, self.path / "out.pcap", source), shell=True,
                                capture_output=True, text=True)
        self.assertEqual((result.returncode, sorted(path.name for path in self.path.iterdir())), (4, ["in.pcap"]))
        self.assertIn("File too large", result.stderr)

    def test_standard_error_is_closed(self):
        """The message must not go into the file that got its number."""
        source = self.write("in.pcap", pcap([ethernet(outer(inner()))] * 3)[:-5])
        result = subprocess.run("'%s' decap -w '%s' '%s' 2>&-" % (harness.COMMAND, self.path / "out.pcap", source), shell=True)
        self.assertEqual(result.returncode, 3)
        self.assertEqual(len(captures.read(self.path / "out.pcap")), 2)

    def test_times_that_pcap_can_not_say(self):
        early = pcapng_block(1, struct.pack("<HHI", 1, 0, 0) + pcapng_option(14, struct.pack("<q", -10)) + pcapng_option(0, b""))
        source = self.write("in.pcapng", pcapng_section() + early + pcapng_packet(ethernet(outer(inner())), 0, 500000))
        result = run("decap", "-w", self.path / "out.pcap", source)
        self.assertEqual(result.returncode, 4)
        self.assertIn("frame 1 was captured before 1970 or after 2106, which pcap can't express", result.stderr)
        self.assertEqual(run("decap", "-w", self.path / "out.pcapng", source).returncode, 0)


class Replaced(unittest.TestCase):
    """What becomes of a file in whose place the output is to be."""

    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.path = Path(folder.name)
        self.path.chmod(0o777)
        self.old = self.write("out.pcap", b"old")
        self.whole = pcap([ethernet(outer(inner()))] * 3)

    def write(self, name, data):
        (self.path / name).write_bytes(data)
        return self.path / name

    def decap(self, data, *before):
        return sound(subprocess.run([*before, harness.COMMAND, "decap", "-w", self.old, self.write("in", data)], capture_output=True, text=True))

    def test_nothing_could_be_read(self):
        """The old file stays."""
        interface = pcapng_section() + pcapng_interface(1)
        for data in (b"", b"no capture", self.whole[:20], self.whole[:30], interface + b"\6\0\0\0", interface + pcapng_packet(b"", 7)):
            result = self.decap(data)
            self.assertEqual((result.returncode, self.old.read_bytes()), (3, b"old"), data)
            self.assertEqual(result.stderr.count("out.pcap: not written, as no packet could be read\n"), int(len(data) > 24))

    def test_a_part_could_be_read(self):
        """The output holds it, is whole in itself, and the message says how much it is."""
        for data, count, last in ((self.whole[:-5], 2, "2023-11-14T22:13:21.125986000Z"), (self.whole + b"\0" * 7, 3, "2023-11-14T22:13:22.125986000Z")):
            result = self.decap(data)
            self.assertEqual(result.returncode, 3)
            self.assertEqual(len(captures.read(self.old)), count)
            self.assertIn("out.pcap: holds what was made of the first %d packets, up to %s\n" % (count, last), result.stderr)

    def test_owner_and_permissions_are_kept(self):
        self.old.chmod(0o640)
        owner = (12345, 23456) if os.getuid() == 0 else (os.getuid(), os.getgid())
        os.chown(self.old, *owner)
        self.assertEqual(self.decap(self.whole).returncode, 0)
        status = self.old.stat()
        self.assertEqual((status.st_mode & 0o7777, status.st_uid, status.st_gid), (0o640, *owner))
        self.assertEqual(len(captures.read(self.old)), 3)

    def test_new_files_are_as_the_umask_wants_them(self):
        self.old.unlink()
        self.assertEqual(self.decap(self.whole, "sh", "-c", 'umask 027; exec "$@"', "sh").returncode, 0)
        self.assertEqual(self.old.stat().st_mode & 0o7777, 0o640)

    def test_links_to_nothing_are_refused(self):
        """The file should be where the link points, not in its place."""
        self.old.unlink()
        self.old.symlink_to("nowhere.pcap")
        result = self.decap(self.whole)
        self.assertEqual((result.returncode, self.old.is_symlink()), (4, True))
        self.assertIn("a symbolic link whose target does not exist", result.stderr)

    def test_read_only_files_are_refused(self):
        """Of any owner, also by root."""
        self.old.chmod(0o444)
        for owner in {0, os.getuid(), 12345 if os.getuid() == 0 else os.getuid()} if os.getuid() == 0 else {os.getuid()}:
            os.chown(self.old, owner, -1)
            result = self.decap(self.whole)
            self.assertEqual((result.returncode, self.old.read_bytes()), (4, b"old"))
            self.assertIn("out.pcap: it is read-only", result.stderr)

    @unittest.skipIf(os.getuid() != 0, "only root can be several users")
    def test_files_of_others(self):
        """What may be written but not given back to its owner stays theirs, as it is."""
        command = shutil.copy(harness.COMMAND, self.path)  # the build may lie where only root may look
        source = self.write("in", self.whole)
        for mode, words in ((0o644, "and you may not write to it"), (0o666, "it belongs to another user or group")):
            self.old.chmod(mode)
            result = subprocess.run(["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", command, "decap", "-w", self.old, source],
                                    capture_output=True, text=True)
            self.assertEqual((result.returncode, self.old.read_bytes()), (4, b"old"))
            self.assertIn(words, result.stderr)
        self.assertEqual({path.name for path in self.path.iterdir()}, {"in", "out.pcap", Path(command).name})

    def test_names_of_descriptors(self):
        """What is open already is written to where it stands; the name of it, a link, is not replaced."""
        source = self.write("in", self.whole)
        for name in ("/dev/stdout", "/dev/fd/1", "/proc/self/fd/1"):
            with tempfile.TemporaryFile(dir=self.path) as output:
                output.write(b"before")
                output.flush()
                result = sound(subprocess.run([harness.COMMAND, "decap", "-w", name, source], stdout=output, stderr=subprocess.PIPE, text=True))
                self.assertEqual(result.returncode, 0, result.stderr)
                output.seek(0)
                octets = output.read()
            self.assertEqual(octets[:6], b"before", name)
            self.assertEqual(len(captures.read(octets[6:])), 3)
        self.assertTrue(Path("/dev/stdout").is_symlink())

    def test_without_files_that_have_no_name(self):
        """Where /proc is missing the file has another name first: permissions, failures and signals as ever, and nothing left behind."""
        hidden = ("unshare", "-rm", "sh", "-c", 'mount -t tmpfs none /proc && exec "$@"', "sh")
        if subprocess.run([*hidden, "true"], stderr=subprocess.DEVNULL).returncode != 0:
            self.skipTest("no mount namespace can be made here")
        if harness.PRELOAD:
            self.skipTest("the sanitizers need /proc")
        self.old.chmod(0o640)
        self.assertEqual(self.decap(self.whole, *hidden).returncode, 0)
        self.assertEqual((len(captures.read(self.old)), self.old.stat().st_mode & 0o777), (3, 0o640))
        self.assertEqual(self.decap(self.whole[:30], *hidden).returncode, 3)
        for number in (signal.SIGALRM, signal.SIGQUIT, signal.SIGPWR, signal.SIGRTMIN):
            self.old.write_bytes(b"old")
            process = subprocess.Popen([*hidden, harness.COMMAND, "decap", "-w", self.old, "-"], stdin=subprocess.PIPE)
            process.stdin.write(self.whole)
            process.stdin.flush()
            self.wait_for_files(3)
            open_here = [os.readlink(link) for link in Path("/proc/%d/fd" % process.pid).iterdir()]
            self.assertEqual(len([name for name in open_here if name.startswith(str(self.path))]), 1, open_here)
            process.send_signal(number)
            process.stdin.close()
            self.assertEqual(process.wait(60), -number)
            self.assertEqual((self.old.read_bytes(), sorted(os.listdir(self.path))), (b"old", ["in", "out.pcap"]))

    def wait_for_files(self, count):
        for _ in range(6000):
            if len(os.listdir(self.path)) == count:
                return
            time.sleep(0.01)
        self.fail("no temporary file: %s" % os.listdir(self.path))


if __name__ == "__main__":
    harness.main()
