/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * For tests: whether what a policy leaves out changes what is left. Reads lines of "CAPTURE<tab>POLICY FILE" (the file may be missing)
 * and judges each capture with all rules, then without each rule that reports, then with that rule alone, then with no frame numbers. Prints
 * how often that was the same, after what was not.
 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "capture/reader.h"
#include "ipip/judge.h"
#include "policy_file.h"

/* What a judge said with some rules switched off. */
struct saying {
    GString *findings[IPIP_RULES_MAX]; /* in words */
    struct {
        uint64_t of[IPIP_VERDICTS];
    } verdicts[IPIP_RULES_MAX];
};

static size_t rule_count;
static uint64_t same, different;
static guint packets_judged;

static void take_finding(void *context, const struct ipip_finding *f)
{
    struct saying *saying = context;
    struct ipip_text text;

    ipip_finding_describe(f, &text);
    g_string_append_printf(saying->findings[f->rule_index], "%u %d %d %u %u %d %d %" PRIu64 " %s|%s|%s\n",
                           packets_judged, f->severity, f->confidence, f->layer, f->tunnel_layer, f->is_of_tunnel,
                           f->has_other, f->other_age, text.message, text.expected, text.actual);
}

static void judge_all(struct saying *saying, const struct ipip_policy *policy, GPtrArray *packets, bool has_frames)
{
    struct ipip_judge *judge = ipip_judge_new(policy, NULL, take_finding, saying, 0);

    for (size_t i = 0; i < rule_count; i++)
        saying->findings[i] = g_string_new(NULL);
    for (packets_judged = 0; packets_judged < packets->len; packets_judged++) {
        struct ipip_packet packet = *(const struct ipip_packet *)packets->pdata[packets_judged];

        if (!has_frames)
            packet.frame = 0;
        ipip_judge_packets(judge, &packet, 1);
    }
    ipip_judge_end(judge);
    for (size_t i = 0; i < rule_count; i++) {
        for (int v = 0; v < IPIP_VERDICTS; v++)
            saying->verdicts[i].of[v] = ipip_judge_verdicts(judge, i, v);
    }
    ipip_judge_free(judge);
}

static void forget(struct saying *saying)
{
    for (size_t i = 0; i < rule_count; i++)
        g_string_free(saying->findings[i], TRUE);
}

/* With some rules off the others must say what they say without. */
static void compare(const char *path, const char *how, const char *rule, const struct ipip_policy *policy,
                    const struct saying *whole, GPtrArray *packets)
{
    struct saying part;

    judge_all(&part, policy, packets, rule != NULL);
    for (size_t i = 0; i < rule_count; i++) {
        bool is_same = policy->is_off[i]
                           ? part.findings[i]->len == 0
                           : g_string_equal(whole->findings[i], part.findings[i]) &&
                                 memcmp(&whole->verdicts[i], &part.verdicts[i], sizeof part.verdicts[i]) == 0;

        same += is_same;
        different += !is_same;
        if (!is_same)
            printf("%s: %s %s changes %s\n--- before\n%s--- after\n%s", path, how, rule != NULL ? rule : "",
                   ipip_rule_at(i)->id, whole->findings[i]->str, part.findings[i]->str);
    }
    forget(&part);
}

static void try_selections(const char *path, const struct ipip_policy *usual, GPtrArray *packets)
{
    struct ipip_policy policy = *usual;
    struct saying whole;

    judge_all(&whole, usual, packets, true);
    for (size_t i = 0; i < rule_count; i++) {
        if (whole.findings[i]->len == 0)
            continue;
        policy.is_off[i] = true;
        compare(path, "--ignore", ipip_rule_at(i)->id, &policy, &whole, packets);
        memset(policy.is_off, true, sizeof policy.is_off);
        policy.is_off[i] = false;
        compare(path, "--select", ipip_rule_at(i)->id, &policy, &whole, packets);
        memcpy(policy.is_off, usual->is_off, sizeof policy.is_off);
    }
    /* And without all that have nothing to say. */
    for (size_t i = 0; i < rule_count; i++)
        policy.is_off[i] = whole.findings[i]->len == 0;
    compare(path, "--ignore", "silent rules", &policy, &whole, packets);
    compare(path, "no frame number", NULL, usual, &whole, packets);
    forget(&whole);
}

static void free_packet(void *data)
{
    struct ipip_packet *packet = data;

    g_free((void *)packet->ip.data);
    g_free(packet);
}

static GPtrArray *read_packets(const char *path)
{
    GPtrArray *packets = g_ptr_array_new_with_free_func(free_packet);
    struct capture *capture = capture_open(path, NULL);
    const struct capture_record *record;
    enum capture_item item;

    if (capture == NULL)
        g_error("%s: no capture", path);
    record = &capture->record;
    while ((item = capture_next(capture, NULL)) != CAPTURE_END) {
        struct ipip_packet *packet;
        struct ipip_link link;

        if (item == CAPTURE_BROKEN)
            g_error("%s: broken", path);
        if (item != CAPTURE_PACKET || ipip_link_find_ip(&link, record->link_type, record->bytes) != IPIP_LINK_IP)
            continue;
        packet = g_new(struct ipip_packet, 1);
        *packet = (struct ipip_packet){
            .ip = link.ip,
            .announced = link.announced,
            .direction = record->direction != IPIP_DIRECTION_UNKNOWN ? record->direction : link.direction,
            .is_loopback = link.is_loopback || record->is_loopback,
            .frame = record->frame,
            .time = record->time,
        };
        packet->ip.data = g_memdup2(link.ip.data, link.ip.captured);
        g_ptr_array_add(packets, packet);
    }
    capture_close(capture);
    return packets;
}

static void try_line(char *line)
{
    char **words = g_strsplit(g_strchomp(line), "\t", 2);
    struct policy_settings settings;
    GPtrArray *packets = read_packets(words[0]);
    GError *error = NULL;
    int file;

    policy_settings_init(&settings);
    if (words[1] != NULL &&
        ((file = policy_file_open(words[1], &error)) < 0 || !policy_file_read(&settings, words[1], file, &error)))
        g_error("%s", error->message);
    policy_settings_finish(&settings);
    try_selections(words[0], &settings.policy, packets);
    policy_settings_clear(&settings);
    g_ptr_array_free(packets, TRUE);
    g_strfreev(words);
}

int main(void)
{
    char line[8192];

    rule_count = ipip_rules_count();
    while (fgets(line, sizeof line, stdin) != NULL)
        try_line(line);
    printf("%" PRIu64 " same, %" PRIu64 " different\n", same, different);
    return different > 0;
}
