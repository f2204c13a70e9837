# SPDX-License-Identifier: GPL-2.0-or-later
# Roots with another Debian in them, for scripts that run as root: $root is the one at hand.

# Undone when the script ends, however it ends.
mounted=()
unmount() {
  local place
  for place in "${mounted[@]}"; do umount "$place" 2>/dev/null || umount --lazy "$place" || true; done
  mounted=()
}
trap unmount EXIT

mount_once() {
  mountpoint -q "$2" && return
  mount --bind "$1" "$2"
  mounted+=("$2")
}

inside() { chroot "$root" env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/root LC_ALL=C.UTF-8 DEBIAN_FRONTEND=noninteractive "$@"; }

# make_root SUITE LOG: at $root, unless it is there; prints why not.
make_root() {
  [[ ! -x $root/usr/bin/dpkg ]] || return 0
  command -v debootstrap >/dev/null || { echo "debootstrap is missing (Debian package debootstrap)"; return 1; }
  debootstrap --variant=minbase "$1" "$root" >"$2" 2>&1 || { tail -n 3 "$2"; return 1; }
  cp -a /etc/apt/apt.conf.d/. "$root/etc/apt/apt.conf.d/"
}

# With the names and devices of this machine.
enter_root() {
  cp /etc/resolv.conf /etc/hosts "$root/etc/"
  mount_once /proc "$root/proc"
  mount_once /dev "$root/dev"
}
