# SPDX-License-Identifier: GPL-2.0-or-later
"""A capture at one device, into a pcap file: packet(7) with a ring, as libpcap has it.

The ring is not for speed: it copies a packet when it passes, a socket without one when it is read, and decapsulation writes into the
octets between the two.
"""

import mmap
import socket
import struct

SOL_PACKET, PACKET_RX_RING, PACKET_VERSION, TPACKET_V2 = 263, 5, 10, 1
EVERYTHING = 3  # ETH_P_ALL
IS_READY, IS_UNFINISHED = 1, 8  # TP_STATUS_USER, TP_STATUS_CSUMNOTREADY
WAYS = {0: "I", 1: "B", 2: "M", 3: "X", 4: "O"}  # sll_pkttype
FRAME, FRAMES = 4096, 512
ETHERNET, RAW = 1, 101


class Capture:
    """Made in the namespace of its device. Where there is a card that finishes checksums, packets may be seen without."""

    def __init__(self, path, namespace, device, has_card=False):
        is_tunnel = device.startswith("tun")
        self.path, self.namespace, self.device, self.has_card = path, namespace, device, has_card
        self.link_type = RAW if is_tunnel else ETHERNET
        self.socket = socket.socket(socket.AF_PACKET, socket.SOCK_DGRAM if is_tunnel else socket.SOCK_RAW, 0)
        self.socket.setsockopt(SOL_PACKET, PACKET_VERSION, TPACKET_V2)
        self.socket.setsockopt(SOL_PACKET, PACKET_RX_RING, struct.pack("IIII", FRAME * 16, FRAMES // 16, FRAME, FRAMES))
        self.ring = mmap.mmap(self.socket.fileno(), FRAME * FRAMES)
        self.socket.bind((device, EVERYTHING))
        self.next, self.ways, self.records = 0, "", []

    def drain(self):
        while True:
            at = self.next * FRAME
            status, wire, captured, begin, _, seconds, nanoseconds = struct.unpack_from("=IIIHHII", self.ring, at)
            if not status & IS_READY:
                return
            assert self.has_card or not status & IS_UNFINISHED, "a checksum that the device was to finish"
            self.ways += WAYS[self.ring[at + 42]]
            self.records.append(struct.pack("<IIII", seconds, nanoseconds // 1000, captured, wire) + self.ring[at + begin:at + begin + captured])
            struct.pack_into("=I", self.ring, at, 0)
            self.next = (self.next + 1) % FRAMES

    def close(self):
        """What scenario.json tells of it; None, and no file, if it is empty."""
        self.drain()
        self.ring.close()
        self.socket.close()
        if not self.records:
            return None
        with open(self.path, "wb") as file:
            file.write(struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 262144, self.link_type) + b"".join(self.records))
        return {"ns": self.namespace, "dev": self.device, "linktype": self.link_type, "packets": len(self.records), "direction": self.ways}
