# SPDX-License-Identifier: GPL-2.0-or-later
"""What is installed of libipip is all that another program needs: with pkg-config, with CMake, from C and from C++."""

import json
import os
import re
import shlex
import subprocess
import tempfile
import unittest
from pathlib import Path

import harness
from harness import BUILD, KERNEL, TESTDATA, run

PROJECT = TESTDATA.parent
EXAMPLES = PROJECT / "examples"
CC, CXX = os.environ.get("CC", "cc"), os.environ.get("CXX", "c++")
STRICT = ["-Wall", "-Wextra", "-Wpedantic", "-Werror"]
CAPTURES = [TESTDATA / "violations.pcap",
            *(KERNEL / name / "outer.pcap" for name in ("ipip-malformed-tx", "ipip-tunl0", "ipip-outer-fragments", "ipip-nested-2"))]


def call(*command, **environment):
    return subprocess.run([str(word) for word in command], check=True, capture_output=True, text=True,
                          env={**os.environ, **environment}).stdout


class Installed(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(folder.cleanup)
        cls.folder = Path(folder.name)
        cls.prefix = cls.folder / "prefix"
        for component in ("library", "development"):
            call("cmake", "--install", BUILD, "--prefix", cls.prefix, "--component", component)
        cls.lib = next(cls.prefix.rglob("libipip.so")).parent

    def flags(self, *modules):
        return shlex.split(call("pkg-config", "--cflags", "--libs", *modules, PKG_CONFIG_PATH=str(self.lib / "pkgconfig")))

    def call_with_library(self, *command):
        return call(*command, LD_LIBRARY_PATH=str(self.lib))

    def assert_judges(self, program):
        """The same rules on the same frames as the command."""
        for capture in CAPTURES:
            with self.subTest(capture=harness.label(capture)):
                lines = run("check", "--no-config", "--format", "jsonl", capture).stdout.splitlines()
                expected = [(line["frame"], line["rule"]) for line in map(json.loads, lines) if line["type"] == "finding"]
                found = re.findall(r"^frame (\d+): (IPIP\d{3}): .", self.call_with_library(program, capture), re.MULTILINE)
                self.assertEqual(sorted((int(frame), rule) for frame, rule in found), sorted(expected))
                self.assertGreater(len(expected), 0)

    def test_files(self):
        """The name that programs are linked with belongs to the headers, the one that they load to the library."""
        files = {str(path.relative_to(self.prefix)) for path in self.prefix.rglob("*") if not path.is_dir()}
        lib = str(self.lib.relative_to(self.prefix))
        headers = {"include/ipip/" + path.name for path in (PROJECT / "include/ipip").iterdir()}
        version = call("pkg-config", "--modversion", "ipip", PKG_CONFIG_PATH=str(self.lib / "pkgconfig")).strip()
        soname = "%s/libipip.so.%s" % (lib, version.rsplit(".", 1)[0])
        config = "%s/cmake/ipip/ipip-config" % lib
        self.assertEqual({name for name in files if not name.startswith(config)}, headers | {
            "%s/libipip.so" % lib, "%s/libipip.a" % lib, soname, "%s/libipip.so.%s" % (lib, version), "%s/pkgconfig/ipip.pc" % lib})
        self.assertEqual({config + ".cmake", config + "-version.cmake"} - files, set())
        self.assertEqual(run("--version").stdout.splitlines()[0], "ipip %s" % version)
        library = self.folder / "alone"
        call("cmake", "--install", BUILD, "--prefix", library, "--component", "library")
        self.assertEqual({path.name for path in library.rglob("*") if not path.is_dir()},
                         {Path(soname).name, "libipip.so." + version})

    def test_pkg_config(self):
        program = self.folder / "judge"
        call(CC, "-std=gnu11", *STRICT, EXAMPLES / "judge.c", "-o", program, *self.flags("ipip", "libpcap"))
        self.assert_judges(program)
        self.assertLessEqual(len((EXAMPLES / "judge.c").read_text().splitlines()), 40)

    def test_example_in_the_headers(self):
        """The program in the comment of ipip/ipip.h is examples/judge.c without its comments, and works."""
        comment = re.search(r"examples/judge\.c.*\n \*\n((?: \*.*\n)+?) \*/", (self.prefix / "include/ipip/ipip.h").read_text())[1]
        lines = [line[len(" *     "):] for line in comment.splitlines()]
        self.assertEqual(lines, re.sub(r"(?m)^/\*.*\n| /\*.*?\*/", "", (EXAMPLES / "judge.c").read_text()).splitlines())
        source, program = self.folder / "example.c", self.folder / "example"
        source.write_text("\n".join(lines) + "\n")
        call(CC, "-std=gnu11", *STRICT, source, "-o", program, *self.flags("ipip", "libpcap"))
        self.assert_judges(program)

    def test_static(self):
        """What it is linked with, the program holds; of the library's names it has those of the headers alone."""
        program = self.folder / "static"
        flags = [flag.replace("-lipip", "-l:libipip.a") for flag in self.flags("ipip", "libpcap")]
        call(CC, "-std=gnu11", *STRICT, EXAMPLES / "judge.c", "-o", program, *flags)
        self.assertNotIn("libipip", call("ldd", program))
        self.assert_judges(program)
        archive = re.findall(r" [A-TV-Z] (\w+)$", call("nm", self.lib / "libipip.a"), re.MULTILINE)
        shared = re.findall(r" [A-TV-Z] (\w+)@@IPIP_[0-9.]+$", call("nm", "--dynamic", self.lib / "libipip.so"), re.MULTILINE)
        self.assertEqual(sorted(archive), sorted(set(shared)))
        self.assertGreater(len(archive), 100)

    def test_cmake(self):
        build = self.folder / "build"
        call("cmake", "-G", "Ninja", "-S", EXAMPLES, "-B", build, "-DCMAKE_PREFIX_PATH=%s" % self.prefix,
             "-DCMAKE_C_COMPILER=%s" % CC)
        call("cmake", "--build", build)
        self.assert_judges(build / "judge")
        self.assertIn("libipip.so", call("readelf", "-d", build / "judge"))

    def test_cmake_static(self):
        source, build = self.folder / "source_of_static", self.folder / "build_of_static"
        source.mkdir()
        (source / "judge.c").write_bytes((EXAMPLES / "judge.c").read_bytes())
        (source / "CMakeLists.txt").write_text((EXAMPLES / "CMakeLists.txt").read_text().replace("ipip::ipip ", "ipip::ipip_static "))
        call("cmake", "-G", "Ninja", "-S", source, "-B", build, "-DCMAKE_PREFIX_PATH=%s" % self.prefix, "-DCMAKE_C_COMPILER=%s" % CC)
        call("cmake", "--build", build)
        self.assertNotIn("libipip", call("readelf", "-d", build / "judge"))
        self.assert_judges(build / "judge")

    def test_cmake_version(self):
        """Before 1.0 another minor version is another library."""
        (self.folder / "later").mkdir()
        (self.folder / "later/CMakeLists.txt").write_text(
            "cmake_minimum_required(VERSION 3.25)\nproject(later LANGUAGES C)\nfind_package(ipip 0.0 CONFIG QUIET)\n"
            "message(STATUS \"found=${ipip_FOUND} considered=${ipip_CONSIDERED_VERSIONS}\")\n")
        told = call("cmake", "-G", "Ninja", "-S", self.folder / "later", "-B", self.folder / "later/build",
                    "-DCMAKE_PREFIX_PATH=%s" % self.prefix)
        self.assertRegex(told, r"found=0 considered=0\.\d+\.\d+")

    def test_cpp(self):
        program = self.folder / "cpp"
        call(CXX, "-std=c++17", *STRICT, PROJECT / "tests/house/headers.cpp", "-o", program, *self.flags("ipip"))
        self.call_with_library(program)

    def test_each_header_by_itself(self):
        flags = self.flags("ipip")
        for header in sorted((self.prefix / "include/ipip").iterdir()):
            for compiler, suffix, standard in ((CC, "c", "c11"), (CXX, "cpp", "c++17")):
                with self.subTest(header=header.name, standard=standard):
                    source = self.folder / ("alone." + suffix)
                    source.write_text("#include <ipip/%s>\n" % header.name)
                    call(compiler, "-std=" + standard, *STRICT, "-fsyntax-only", source,
                         *[flag for flag in flags if flag.startswith("-I")])


if __name__ == "__main__":
    harness.main()
