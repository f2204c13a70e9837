/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What `ipip conform` found, as JSON Lines. */
#include "conform.h"
#include "json.h"
#include "jsonl.h"

/* A name of JSON: a word without blanks. */
static const char *const names[] = {[VIOLATES] = "violates",
                                    [CONFORMS] = "conforms",
                                    [NOT_EXERCISED] = "not-exercised",
                                    [CANNOT_BE_SEEN] = "not-observable"};

static json_t *rules_array(const struct ipip_requirement *requirement)
{
    json_t *array = json_array();

    for (unsigned i = 0; i < IPIP_REQUIREMENT_RULES && requirement->rules[i].rule != NULL; i++)
        json_array_append_new(array, json_string(requirement->rules[i].rule->id));
    return array;
}

static json_t *packets_array(const struct judge_run *run, const struct evidence_packets *packets)
{
    json_t *array = json_array();

    for (uint64_t i = 0; i < MIN(packets->count, EVIDENCE_FRAMES); i++)
        json_array_append_new(array, json_pack("{s:o, s:I}", "file", json_text(judge_run_path(run, packets->frames[i])),
                                               "frame", (json_int_t)origins_frame(packets->frames[i])));
    return array;
}

static void print_statement(FILE *out, const struct judge_run *run, const struct conform_statement *s)
{
    const struct ipip_requirement *requirement = s->requirement;
    const struct evidence_packets *packets = conform_packets(s);
    json_t *object =
        json_pack("{s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:o}", "type", "statement", "id", requirement->id,
                  "reference", requirement->reference, "text", requirement->text, "level",
                  ipip_level_name(requirement->level), "end", conform_end_name(requirement->end), "stimuli",
                  requirement->stimuli, "verdict", names[s->conformity], "rules", rules_array(requirement));

    if (packets != NULL) {
        json_object_set_new(object, "count", json_integer((json_int_t)packets->count));
        json_object_set_new(object, "packets", packets_array(run, packets));
    }
    if (s->conformity == VIOLATES) {
        json_object_set_new(object, "severity", json_string(ipip_severity_name(s->row.violated.severity)));
        json_object_set_new(object, "rule", json_string(s->row.violated.rule->id));
        json_object_set_new(object, "message", json_string(s->row.violated.message));
    }
    if (s->row.known > 0)
        json_object_set_new(object, "known", json_integer((json_int_t)s->row.known));
    if (s->conformity == CANNOT_BE_SEEN)
        json_object_set_new(object, "reason", json_string(s->unseen));
    jsonl_print(out, object);
}

/* The ends that were tested. */
static json_t *roles_array(const struct conform_report *report)
{
    json_t *array = json_array();
    struct conform_role role;

    for (unsigned i = 0; conform_role_at(&role, report, i); i++) {
        char tested[IPIP_ADDRESS_TEXT];

        json_array_append_new(array,
                              json_pack("{s:s, s:s, s:o}", "address", ipip_address_text(tested, role.tested), "end",
                                        conform_end_name(role.end), "tunnel", json_tunnel(&role.direction)));
    }
    return array;
}

void conform_json_print(FILE *out, const struct conform_report *report)
{
    json_t *object = json_pack("{s:s, s:i}", "type", "conformance", "version", JSON_VERSION);

    for (size_t i = 0; i < report->statement_count && !report->run->options.is_summary; i++)
        print_statement(out, report->run, &report->statements[i]);
    for (int i = 0; i < CONFORMITIES; i++)
        json_object_set_new(object, names[i], json_integer((json_int_t)report->counts[i]));
    json_object_set_new(object, "tested", roles_array(report));
    jsonl_print(out, object);
}
