# SPDX-License-Identifier: GPL-2.0-or-later
"""One line a mix and verb, as Markdown."""

from goals import judged
from verbs import CHECK2, COPY, LOOP

REFERENCES = [(LOOP, "/loop"), ("cat", "/cat"), (COPY, "/cp"), ("editcap -C", "/editcap"), (CHECK2, "/check")]
TIMES = ["s", "ns/packet", "M/s"]
CPU = "cpu/loop"  # the processor times: where others use the machine, these say more
HEADS = ["mix", "verb", *TIMES, *(head for _, head in REFERENCES), CPU, "instr", "D1", "LL", "MiB", "goals"]


def ratio(result, reference):
    return "%.2f" % (result.time.seconds / reference.time.seconds) if reference and reference is not result else ""


def cells(mix, verb, result, others):
    time, counts = result.time, result.counts
    yield from (mix.name, verb, "%.3f" % time.seconds, "%.1f" % (time.per_packet * 1e9), "%.2f" % (1e-6 / time.per_packet))
    yield from (ratio(result, others.get(name)) for name, _ in REFERENCES)
    loop = others.get(LOOP)
    yield "%.2f" % (time.cpu / loop.time.cpu) if loop and loop is not result else ""
    yield from ("%.0f" % counts.instructions, "%.2f" % counts.d1, "%.2f" % counts.ll) if counts else ("", "", "")
    yield "%.1f" % (result.memory / 2**20) if result.memory else ""
    yield "; ".join(judged(mix, verb, result, others))


def line(row):
    return "| %s |" % " | ".join(row[head] for head in HEADS)


def header():
    left = ("mix", "verb", "goals")
    return "| %s |\n|%s|" % (" | ".join(HEADS), "|".join("---" if head in left else "---:" for head in HEADS))


def rows(mix, results):
    """The rows of a mix, from its results by verb."""
    for verb, result in results.items():
        yield dict(zip(HEADS, cells(mix, verb, result, results)))


RECORDED = """Times differ from machine to machine, and from hour to hour where others use it: what counts are the ratios of one run. A goal that is missed
is bold; behind it stands what nothing that does this work is below, as measured in a row of its own, and what is above that."""


def recorded(title, all_rows, of_kinds, ends):
    return "\n".join(["<!-- Written by tests/bench/run --record. -->", title, "", RECORDED, "", header(), *map(line, all_rows), "",
                      "Instructions a packet, as small in tunnels of other kinds:", "", *of_kinds, "", *ends]) + "\n"
