/* The rules that take ink for something other than writing, with the reason that each gives and what it costs to read
 * such ink nevertheless. Knows neither ink nor shapes. */
#ifndef RULES_H
#define RULES_H

#include <stdint.h>

#include "scrawl.h"

/* In the order in which they judge. Those from RULES_TO_SWITCH on bound time and memory. */
enum rule {
    RULE_NONE, /* writing, as far as any rule can tell */
    RULE_FILLED_BOX,
    RULE_RULING,
    RULE_SHADOW_EDGE,
    RULE_BLANK_PAPER,
    RULE_ENCLOSURE,
    RULE_FRAME,
    RULE_EDGE_OF_BOX,
    RULE_FAINT,
    RULE_CUT_OFF,
    RULE_SMALL,
    RULE_FAR,
    RULE_FAR_SPECK,
    RULE_NO_DIGIT,
    RULES_TO_SWITCH,
    RULE_SURPLUS = RULES_TO_SWITCH,
    RULE_NESTED,
    RULES,
};

/* Sets of rules are bits. */
static inline uint32_t rule_bit(enum rule rule)
{
    return UINT32_C(1) << rule;
}

static const uint32_t every_rule = (UINT32_C(1) << RULES) - 1;

/* A few words in lower case, joined by hyphens. */
const char *rule_name(enum rule rule);

/* Among those before RULES_TO_SWITCH; RULE_NONE for another name. */
enum rule rule_named(const char *name);

scrawl_reason rule_reason(enum rule rule);

/* Nats, 0 or more: by how much what speaks for a digit must outweigh the rule. */
float rule_cost(enum rule rule);

#endif
