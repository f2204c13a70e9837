/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "statements.h"

#include "ipip/tunnel_direction.h"

void statements_add_kind(struct line *line, const struct direction *d)
{
    uint16_t port = ipip_discriminator_port(d->more->discriminator);
    uint32_t key;

    line_add(line, " (");
    line_add(line, ipip_kind_about((enum ipip_kind)d->seen->kind)->name);
    if (port != 0) {
        line_add(line, ", port ");
        line_add_number(line, port);
    }
    if (ipip_discriminator_key(d->more->discriminator, &key)) {
        line_add(line, ", key ");
        line_add_number(line, key);
    }
    line_add(line, ")");
}

static void print(const struct ipip_statement *s)
{
    struct line line = line_row(s->title);

    if (s->certainty == IPIP_CERTAINTY_NOT_OBSERVABLE) {
        line_add(&line, "not observable: ");
        line_add(&line, s->text);
        line_print(&line);
        return;
    }
    line_add_column(&line, s->text, 28);
    line_add(&line, " ");
    line_add(&line, ipip_certainty_name(s->certainty));
    line_add(&line, ", ");
    line_add_number(&line, s->agree);
    line_add(&line, " of ");
    line_add_number(&line, s->packets);
    line_add(&line, " packets, margin ");
    line_add_number(&line, s->margin);
    line_print(&line);
}

void statements_print(const struct direction *d)
{
    struct ipip_statement statement;

    for (size_t i = 0; d->more != NULL && d->packets > 0 && i < ipip_statement_count(); i++) {
        if (ipip_statement_make(&statement, i, (enum ipip_kind)d->seen->kind, d->more))
            print(&statement);
    }
}

static json_t *overheads(const struct ipip_numbers *numbers)
{
    json_t *array = json_array();

    for (unsigned i = 0; i < IPIP_NUMBERS && numbers->count[i] > 0; i++)
        json_array_append_new(array, json_pack("{s:I, s:I}", "octets", (json_int_t)numbers->value[i], "packets",
                                               (json_int_t)numbers->count[i]));
    return array;
}

void statements_add_json(json_t *object, const struct direction *d)
{
    uint16_t port;
    uint32_t key;

    if (d->more == NULL)
        return;
    port = ipip_discriminator_port(d->more->discriminator);
    if (port != 0)
        json_object_set_new(object, "port", json_integer(port));
    if (ipip_discriminator_key(d->more->discriminator, &key))
        json_object_set_new(object, "gre_key", json_integer(key));
    json_object_set_new(object, "opaque", json_integer(d->more->opaque));
    json_object_set_new(object, "overheads", overheads(&d->more->overheads));
    for (size_t i = 0; d->packets > 0 && i < ipip_statement_count(); i++) {
        struct ipip_statement s;

        if (ipip_statement_make(&s, i, (enum ipip_kind)d->seen->kind, d->more))
            json_object_set_new(object, s.name,
                                json_pack("{s:s, s:s, s:I, s:I, s:I}", "behaviour", s.text, "confidence",
                                          ipip_certainty_name(s.certainty), "agree", (json_int_t)s.agree, "packets",
                                          (json_int_t)s.packets, "margin", (json_int_t)s.margin));
    }
}
