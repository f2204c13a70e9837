# SPDX-License-Identifier: GPL-2.0-or-later
"""Where the kernel of a Debian release does other than what testdata/lab records of Debian 12's: also in testdata/README.md."""

# Release: scenario: the places that show it, in the order of the topology, and what it is.
KNOWN = {}
