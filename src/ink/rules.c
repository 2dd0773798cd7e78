/* Implements rules.h by one table. Must not know how a rule judges. */
#include "rules.h"

#include <string.h>

/* cost: nats, the logarithm of how many times such ink is no writing for each time that it is. 0: the rule takes no
 * component out. */
static const struct {
    const char *name;
    scrawl_reason reason;
    float cost;
} rules[RULES] = {
    [RULE_NONE] = {"none", SCRAWL_REASON_NONE, 0},
    [RULE_FILLED_BOX] = {"filled-box", SCRAWL_REASON_NONE, 0},
    [RULE_RULING] = {"ruling", SCRAWL_REASON_RULING, 3},
    [RULE_SHADOW_EDGE] = {"shadow-edge", SCRAWL_REASON_SHADOW, 4},
    [RULE_BLANK_PAPER] = {"blank-paper", SCRAWL_REASON_GRAIN, 5},
    [RULE_ENCLOSURE] = {"enclosure", SCRAWL_REASON_ENCLOSURE, 5},
    [RULE_FRAME] = {"frame", SCRAWL_REASON_FRAME, 3},
    [RULE_EDGE_OF_BOX] = {"edge-of-box", SCRAWL_REASON_FRAME, 3},
    [RULE_FAINT] = {"faint", SCRAWL_REASON_FAINT, 2},
    [RULE_CUT_OFF] = {"cut-off", SCRAWL_REASON_NEIGHBOUR, 3},
    [RULE_SMALL] = {"small", SCRAWL_REASON_SPECK, 2},
    [RULE_FAR] = {"far", SCRAWL_REASON_NEIGHBOUR, 3},
    [RULE_FAR_SPECK] = {"far-speck", SCRAWL_REASON_SPECK, 4},
    [RULE_NO_DIGIT] = {"no-digit", SCRAWL_REASON_NO_DIGIT, 2},
    [RULE_SURPLUS] = {"surplus", SCRAWL_REASON_SPECK, 6},
    [RULE_NESTED] = {"nested", SCRAWL_REASON_FRAME, 5},
};

const char *rule_name(enum rule rule)
{
    return rules[rule].name;
}

enum rule rule_named(const char *name)
{
    for (enum rule rule = RULE_NONE + 1; rule < RULES_TO_SWITCH; rule++)
        if (strcmp(rules[rule].name, name) == 0) return rule;
    return RULE_NONE;
}

scrawl_reason rule_reason(enum rule rule)
{
    return rules[rule].reason;
}

float rule_cost(enum rule rule)
{
    return rules[rule].cost;
}

const char *scrawl_reason_name(scrawl_reason reason)
{
    static const char *const names[SCRAWL_REASONS] = {
        "none", "ruling", "frame", "enclosure", "shadow", "grain", "neighbour", "faint", "speck", "no digit",
    };
    return reason >= 0 && reason < SCRAWL_REASONS ? names[reason] : NULL;
}
