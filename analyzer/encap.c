/* SPDX-License-Identifier: GPL-2.0-or-later */
/* ipip encap: put every IPv4 packet into a tunnel. */
#include "exit_status.h"
#include "transform.h"
#include "verb.h"

static const struct usage usage = {
    .verb = "encap",
    .parameters = "-w OUT --tunnel WORDS CAPTURE",
    .description =
        "Puts every IPv4 packet into the tunnel that --tunnel describes in the words of ip-tunnel(8). A line of\n"
        "`ip tunnel add` can be pasted as it is. Without further words: what Linux makes by default. Other\n"
        "packets are kept unless --only-tunnel.",
    .groups = OPTIONS_WRITE | OPTIONS_TUNNEL | OPTIONS_READ | OPTIONS_QUIET,
    .needs_tunnel = TRUE,
    .operand = "capture",
    .paths_min = 1,
    .paths_max = 1,
};

static enum transform_result encap_packet(struct transform *t, struct frames *frames, struct ipip_rewrite *rewrite,
                                          uint8_t head[static TRANSFORM_HEAD_MAX])
{
    uint16_t *id = t->context;
    struct ipip_bytes packet = frames->packet.ip;
    enum ipip_status status;

    if (t->options->inner != NULL) {
        struct ipip_stack stack;

        ipip_stack_read(&stack, packet);
        if (!frames_inner_matches(frames->options, &frames->packet, &stack))
            return TRANSFORM_FILTERED;
    }
    if (packet.data[0] >> 4 != 4)
        return TRANSFORM_NOT_CONCERNED;
    if (packet.captured < IPIP_IPV4_HEADER_MIN) {
        transform_refused(t, frames, IPIP_TRUNCATED);
        return TRANSFORM_REFUSED;
    }
    status = ipip_encap(rewrite, head, TRANSFORM_HEAD_MAX, &t->options->tunnel, ++*id, ipip_ipv4_unpadded(packet));
    if (status == IPIP_OK)
        return TRANSFORM_DONE;
    transform_refused(t, frames, status);
    return TRANSFORM_DROPPED;
}

int verb_encap(int argc, char **argv)
{
    struct options options;
    uint16_t id = 0;
    int status;

    if (!options_parse(&options, &usage, argc, argv, &status))
        return status;
    status = transform_run(&options, "encapsulated", encap_packet, &id, NULL);
    options_clear(&options);
    return status;
}
