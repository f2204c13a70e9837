/* SPDX-License-Identifier: GPL-2.0-or-later */
/* judge CAPTURE: judges a capture with libipip, and prints a line for each finding. */
#include <err.h>
#include <inttypes.h>
#include <ipip/ipip.h>
#include <pcap/pcap.h>

static void print_finding(void *context, const struct ipip_finding *finding)
{
    struct ipip_text text;
    ipip_finding_describe(finding, &text);
    (void)context, printf("frame %" PRIu64 ": %s: %s\n", finding->packet->frame, finding->rule->id, text.message);
}

int main(int argc, char **argv)
{
    char why[PCAP_ERRBUF_SIZE] = "usage: judge CAPTURE";
    pcap_t *pcap = argc == 2 ? pcap_open_offline_with_tstamp_precision(argv[1], PCAP_TSTAMP_PRECISION_NANO, why) : NULL;
    struct ipip_policy policy = ipip_policy_default();
    struct ipip_judge *judge = ipip_judge_new(&policy, NULL, print_finding, NULL, 1); /* better: a random seed */
    struct pcap_pkthdr *header;
    struct ipip_link link;
    const u_char *data;
    int result = 0;
    if (pcap == NULL || judge == NULL)
        errx(1, "%s", pcap == NULL ? why : "out of memory");
    for (uint64_t frame = 1; (result = pcap_next_ex(pcap, &header, &data)) == 1; frame++) {
        struct ipip_bytes bytes = {data, header->caplen, header->len};
        if (ipip_link_find_ip(&link, (uint16_t)pcap_datalink(pcap), bytes) != IPIP_LINK_IP)
            continue;
        struct ipip_packet packet = {link.ip, link.announced, link.direction, link.is_loopback, .frame = frame};
        packet.time = header->ts.tv_sec * INT64_C(1000000000) + header->ts.tv_usec;
        ipip_judge_packets(judge, &packet, 1);
    }
    ipip_judge_end(judge);
    if (result == PCAP_ERROR || ipip_judge_is_out_of_memory(judge))
        errx(1, "%s", result == PCAP_ERROR ? pcap_geterr(pcap) : "out of memory: there may be more findings");
    ipip_judge_free(judge);
    pcap_close(pcap);
}
