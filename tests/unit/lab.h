/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Five headers from the classic lab, with checksums that are known. */
#ifndef IPIP_TESTS_LAB_H
#define IPIP_TESTS_LAB_H

/*                          ver/ihl tos  length id    flags/off ttl proto checksum source       destination */
/* 10.0.0.1 > 10.0.0.2 around 1.1.1.1 > 2.2.2.2 */
#define LAB_OUTER_1 "45 00 00 78 00 14 00 00 ff 04 a7 6b 0a 00 00 01 0a 00 00 02"
#define LAB_INNER_1 "45 00 00 64 00 14 00 00 ff 01 b5 7f 01 01 01 01 02 02 02 02"
/* 172.16.5.126 > 172.16.5.127 around 10.10.100.10 > 10.10.200.10 */
#define LAB_OUTER_2 "45 00 00 68 ed 09 40 00 40 04 ea 6a ac 10 05 7e ac 10 05 7f"
#define LAB_INNER_2 "45 00 00 54 07 77 40 00 40 01 f3 09 0a 0a 64 0a 0a 0a c8 0a"
/* 10.10.100.10 > 10.10.200.10, as captured on tun1 */
#define LAB_TUN1 "45 00 00 54 0f c4 40 00 40 01 ea bc 0a 0a 64 0a 0a 0a c8 0a"

#endif
