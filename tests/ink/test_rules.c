/* Tests of rules.c. */
#include "test.h"

#include <string.h>

#include "ink/rules.h"

TEST(rules_have_names_reasons_and_costs)
{
    for (enum rule rule = RULE_NONE; rule < RULES; rule++) {
        CHECK(rule_name(rule)[0] != 0);
        CHECK(rule_cost(rule) >= 0);
        CHECK((rule_reason(rule) == SCRAWL_REASON_NONE) == (rule_cost(rule) == 0));
        CHECK_EQUAL(rule_named(rule_name(rule)), rule < RULES_TO_SWITCH ? rule : RULE_NONE);
        CHECK(every_rule & rule_bit(rule));
    }
    CHECK_EQUAL(rule_named("no such rule"), RULE_NONE);
}

TEST(rules_reasons_have_different_names)
{
    for (int i = 0; i < SCRAWL_REASONS; i++) {
        CHECK(scrawl_reason_name(i)[0] != 0);
        for (int j = 0; j < i; j++) CHECK(strcmp(scrawl_reason_name(i), scrawl_reason_name(j)) != 0);
    }
    CHECK_TEXT(scrawl_reason_name(SCRAWL_REASON_NO_DIGIT), "no digit");
    CHECK(scrawl_reason_name(SCRAWL_REASONS) == NULL);
}
