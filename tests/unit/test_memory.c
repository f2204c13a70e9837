/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Every allocation of the core fails once, and from there on: either it says so, and what it found until then is right, or nothing
 * is different. The linker puts these here in the place of the allocation (--wrap).
 */
#include "unit.h"

#include <stdlib.h>
#include <string.h>

#include "ipip/inventory.h"
#include "ipip/judge.h"
#include "lab.h"

/* The linker's names are reserved for it. */
void *real_calloc(size_t count, size_t size) __asm__("__real_calloc");
void *real_realloc(void *old, size_t size) __asm__("__real_realloc");
void *wrap_calloc(size_t count, size_t size) __asm__("__wrap_calloc");
void *wrap_realloc(void *old, size_t size) __asm__("__wrap_realloc");

enum { TUNNELS = 3001, PACKETS = 3 * TUNNELS, FINDINGS_MAX = 1 << 16 };

static unsigned allocations;
static unsigned fails_at; /* 0: none fails */
static bool is_lasting;

static bool fails(void)
{
    allocations++;
    return fails_at != 0 && (allocations == fails_at || (allocations > fails_at && is_lasting));
}

void *wrap_calloc(size_t count, size_t size)
{
    return fails() ? NULL : real_calloc(count, size);
}

void *wrap_realloc(void *old, size_t size)
{
    return fails() ? NULL : real_realloc(old, size);
}

struct finding {
    size_t rule;
    uint64_t frame;
    uint64_t other;
};

struct run {
    bool is_begun; /* there was memory for that */
    bool is_out_of_memory;
    unsigned count;
    struct finding findings[FINDINGS_MAX];
};

static void take(void *context, const struct ipip_finding *finding)
{
    struct run *run = context;

    assert_true(run->count < FINDINGS_MAX);
    run->findings[run->count++] = (struct finding){finding->rule_index, finding->packet->frame, finding->other_frame};
}

/* A packet of the laboratory in the tunnel number `tunnel`; every other one is a fragment that stays alone, each comes again. */
static void feed(struct ipip_judge *judge, struct ipip_inventory *inventory, unsigned tunnel, uint64_t frame)
{
    uint8_t packet[104] = {0};
    struct ipip_packet p = {.ip = {packet, 104, 104}, .announced = IPIP_ANNOUNCED_IPV4, .frame = frame};

    from_hex(packet, 104, LAB_OUTER_2 LAB_INNER_2);
    packet[6] = (uint8_t)(frame % 2 == 0 ? 0x20 : 0);
    packet[14] = packet[34] = (uint8_t)(tunnel >> 8);
    packet[15] = packet[35] = (uint8_t)tunnel;
    p.time = (int64_t)frame * 1000000;
    ipip_judge_packets(judge, &p, 1);
    ipip_inventory_add(inventory, ipip_judge_stack(judge), 0, p.time);
}

static void do_run(struct run *run, unsigned fails_now, bool is_lasting_now)
{
    struct ipip_policy policy = ipip_policy_default();
    struct ipip_judge *judge;
    struct ipip_inventory *inventory;

    run->count = 0;
    allocations = 0;
    fails_at = fails_now;
    is_lasting = is_lasting_now;
    inventory = ipip_inventory_new(ipip_kinds_judged(), IPIP_INVENTORY_DIRECTIONS, 7);
    judge = ipip_judge_new(&policy, NULL, take, run, 7);
    run->is_begun = judge != NULL && inventory != NULL;
    for (unsigned i = 0; run->is_begun && i < PACKETS; i++)
        feed(judge, inventory, i % TUNNELS, i + 1);
    run->is_out_of_memory =
        run->is_begun && (ipip_judge_is_out_of_memory(judge) || ipip_inventory_is_out_of_memory(inventory));
    if (run->is_begun && !run->is_out_of_memory) {
        assert_int_equal(ipip_inventory_count(inventory), TUNNELS);
        assert_int_equal(ipip_judge_counts(judge)->tunnels, TUNNELS);
        assert_int_equal(ipip_judge_losses(judge).tunnels, 0);
    }
    ipip_judge_free(judge);
    ipip_inventory_free(inventory);
    fails_at = 0;
}

static void test_no_other_findings(void **state)
{
    static struct run golden;
    static struct run run;
    unsigned count;
    unsigned starved = 0;

    (void)state;
    do_run(&golden, 0, false);
    assert_true(golden.is_begun && !golden.is_out_of_memory);
    assert_true(golden.count > TUNNELS);
    count = allocations;
    assert_true(count > 20);
    for (unsigned at = 1; at <= 2 * count; at++) {
        do_run(&run, (at + 1) / 2, at % 2 == 0);
        if (!run.is_begun)
            continue;
        assert_true(run.is_out_of_memory);
        assert_true(run.count <= golden.count);
        assert_memory_equal(run.findings, golden.findings, run.count * sizeof *run.findings);
        starved++;
    }
    assert_true(starved > 10);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_no_other_findings),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
