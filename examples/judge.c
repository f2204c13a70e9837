/* SPDX-License-Identifier: GPL-2.0-or-later */
/* judge CAPTURE: judges a capture with libipip, and prints a line for each finding. */
#include <inttypes.h>
#include <ipip/ipip.h>
#include <pcap/pcap.h>
#include <stdio.h>

static void print_finding(void *context, const struct ipip_finding *finding)
{
    struct ipip_text text;

    (void)context;
    ipip_finding_describe(finding, &text);
    printf("frame %" PRIu64 ": %s: %s\n", finding->packet->frame, finding->rule->id, text.message);
}

int main(int argc, char **argv)
{
    char error[PCAP_ERRBUF_SIZE];
    pcap_t *pcap =
        argc == 2 ? pcap_open_offline_with_tstamp_precision(argv[1], PCAP_TSTAMP_PRECISION_NANO, error) : NULL;
    struct ipip_policy policy = ipip_policy_default();
    struct ipip_judge *judge = ipip_judge_new(&policy, NULL, print_finding, NULL, 1); /* better: a random seed */
    struct pcap_pkthdr *header;
    const u_char *data;

    if (pcap == NULL || judge == NULL)
        return 1;
    for (uint64_t frame = 1; pcap_next_ex(pcap, &header, &data) == 1; frame++) {
        struct ipip_bytes bytes = {data, header->caplen, header->len};
        struct ipip_packet packet = {.frame = frame,
                                     .time = header->ts.tv_sec * INT64_C(1000000000) + header->ts.tv_usec};
        struct ipip_link link;

        if (ipip_link_find_ip(&link, (uint16_t)pcap_datalink(pcap), bytes) != IPIP_LINK_IP)
            continue;
        packet.ip = link.ip;
        packet.announced = link.announced;
        packet.direction = link.direction;
        packet.is_loopback = link.is_loopback;
        ipip_judge_packets(judge, &packet, 1);
    }
    ipip_judge_end(judge);
    if (ipip_judge_is_out_of_memory(judge))
        fprintf(stderr, "out of memory: there may be more findings\n");
    ipip_judge_free(judge);
    pcap_close(pcap);
    return 0;
}
