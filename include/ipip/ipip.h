/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Everything. The headers are the library's manual, and may be included from C11 and from C++11 or later. What holds unless a header
 * says otherwise:
 *
 * Memory: functions allocate nothing. Those that do are called ..._new(); they return NULL where there is no memory, and what they made
 * goes back to the ..._free() of the same name, which takes NULL, too. What grows after that (a judge, an inventory) never fails
 * at it: it has a function ..._is_out_of_memory().
 * Arguments: the octets of packets may be anything; all else is within the bounds that are given, an enum one of its names, and a pointer not
 * NULL. Strings that are returned, and do not lie in the caller's buffer, are constant and stay.
 * Units: octets, nanoseconds, host byte order.
 * Threads: there is no global state. One object is used by one thread at a time.
 * Nothing is printed, nothing aborts, no signal or locale is touched.
 *
 * A program that judges a capture, and prints a line for each finding (examples/judge.c; in place of the 1 better a random seed):
 *
 *     #include <err.h>
 *     #include <inttypes.h>
 *     #include <ipip/ipip.h>
 *     #include <pcap/pcap.h>
 *
 *     static void print_finding(void *context, const struct ipip_finding *finding)
 *     {
 *         struct ipip_text text;
 *         ipip_finding_describe(finding, &text);
 *         (void)context, printf("frame %" PRIu64 ": %s: %s\n", finding->packet->frame, finding->rule->id, text.message);
 *     }
 *
 *     int main(int argc, char **argv)
 *     {
 *         char why[PCAP_ERRBUF_SIZE] = "usage: judge CAPTURE";
 *         pcap_t *pcap = argc == 2 ? pcap_open_offline_with_tstamp_precision(argv[1], PCAP_TSTAMP_PRECISION_NANO, why) : NULL;
 *         struct ipip_policy policy = ipip_policy_default();
 *         struct ipip_judge *judge = ipip_judge_new(&policy, NULL, print_finding, NULL, 1);
 *         struct pcap_pkthdr *header;
 *         struct ipip_link link;
 *         const u_char *data;
 *         int result = 0;
 *         if (pcap == NULL || judge == NULL)
 *             errx(1, "%s", pcap == NULL ? why : "out of memory");
 *         for (uint64_t frame = 1; (result = pcap_next_ex(pcap, &header, &data)) == 1; frame++) {
 *             struct ipip_bytes bytes = {data, header->caplen, header->len};
 *             if (ipip_link_find_ip(&link, (uint16_t)pcap_datalink(pcap), bytes) != IPIP_LINK_IP)
 *                 continue;
 *             struct ipip_packet packet = {link.ip, link.announced, link.direction, link.is_loopback, .frame = frame};
 *             packet.time = header->ts.tv_sec * INT64_C(1000000000) + header->ts.tv_usec;
 *             ipip_judge_packets(judge, &packet, 1);
 *         }
 *         ipip_judge_end(judge);
 *         if (result == PCAP_ERROR || ipip_judge_is_out_of_memory(judge))
 *             errx(1, "%s", result == PCAP_ERROR ? pcap_geterr(pcap) : "out of memory: there may be more findings");
 *         ipip_judge_free(judge);
 *         pcap_close(pcap);
 *     }
 */
#ifndef IPIP_IPIP_H
#define IPIP_IPIP_H

#include "ipip/address.h"
#include "ipip/admission.h"
#include "ipip/age.h"
#include "ipip/batch.h"
#include "ipip/bytes.h"
#include "ipip/carrier.h"
#include "ipip/chain.h"
#include "ipip/drop.h"
#include "ipip/dscp.h"
#include "ipip/ecn.h"
#include "ipip/encap.h"
#include "ipip/entry_ttl.h"
#include "ipip/equal_paths.h"
#include "ipip/erspan.h"
#include "ipip/expectation.h"
#include "ipip/field.h"
#include "ipip/finding.h"
#include "ipip/gre.h"
#include "ipip/habit_stats.h"
#include "ipip/infer.h"
#include "ipip/inference.h"
#include "ipip/inventory.h"
#include "ipip/ip.h"
#include "ipip/ipv4.h"
#include "ipip/ipv6.h"
#include "ipip/judge.h"
#include "ipip/kind.h"
#include "ipip/kind_stats.h"
#include "ipip/limits.h"
#include "ipip/link.h"
#include "ipip/minimal.h"
#include "ipip/packet.h"
#include "ipip/pair.h"
#include "ipip/path.h"
#include "ipip/path_length.h"
#include "ipip/policy.h"
#include "ipip/reassembly.h"
#include "ipip/requirement.h"
#include "ipip/rules.h"
#include "ipip/size_story.h"
#include "ipip/sizes.h"
#include "ipip/source_groups.h"
#include "ipip/stack.h"
#include "ipip/statement.h"
#include "ipip/status.h"
#include "ipip/sub_kind.h"
#include "ipip/ttl_stats.h"
#include "ipip/tunnel.h"
#include "ipip/tunnel_direction.h"
#include "ipip/tunnel_mode.h"
#include "ipip/tunnel_stats.h"
#include "ipip/tunnel_text.h"
#include "ipip/udp.h"
#include "ipip/unwrap.h"
#include "ipip/vantage.h"
#include "ipip/version.h"

#endif
