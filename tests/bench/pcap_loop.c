/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Reads a capture with libpcap and does nothing with it: what any tool on top of libpcap takes at the least. */
#include <pcap/pcap.h>
#include <stdio.h>

int main(int argc, char **argv)
{
    char error[PCAP_ERRBUF_SIZE] = "one file, please";
    pcap_t *capture = argc == 2 ? pcap_open_offline(argv[1], error) : NULL;
    if (capture == NULL) {
        fprintf(stderr, "bench_pcap_loop: %s\n", error);
        return 2;
    }
    struct pcap_pkthdr *header;
    const u_char *data;
    while (pcap_next_ex(capture, &header, &data) == 1) {
    }
    pcap_close(capture);
    return 0;
}
