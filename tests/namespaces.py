# SPDX-License-Identifier: GPL-2.0-or-later
"""Network namespaces for a test, which goes on where nothing of the machine is changed, or says that it can't and is skipped."""

import os
import subprocess
import sys

import harness


def enter():
    """Once more, where what is made goes with this process and nothing of the machine is changed."""
    if os.environ.get("IPIP_IN_NAMESPACES"):
        subprocess.run(["mount", "-t", "tmpfs", "run", "/run"], check=True)
        os.mkdir("/run/netns")
        return
    user = [] if os.geteuid() == 0 else ["--user", "--map-root-user"]
    command = ["unshare", *user, "--net", "--mount", "--"]
    needed = "mount -t tmpfs run /run && mkdir /run/netns && ip netns add a && ip link add v type veth && ip tuntap add t mode tun"
    try:
        result = subprocess.run([*command, "sh", "-c", needed], capture_output=True, text=True)
        why = result.stderr.strip() if result.returncode else ""
    except OSError as missing:
        why = str(missing)
    if why:
        print("no network namespaces with veth and TUN here: " + why)
        sys.exit(harness.SKIPPED)
    os.execvpe(command[0], [*command, sys.executable, "-B", *sys.argv], {**os.environ, "IPIP_IN_NAMESPACES": "yes"})
