/* `scrawl predict` with some of the finder's rules switched off, or by the detector alone, for measuring what each is
 * good for: the command as it is, but for the library's call. Knows no pictures and no scores. */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/command.h"
#include "cli/output.h"
#include "cli/report.h"
#include "detector_alone.h"
#include "ink/rules.h"
#include "read/recognize.h"

static const char *const without = "--without=", *const alone = "--detector-alone=";
static uint32_t rules_off;
static float least_score = -1; /* of the detector alone; below 0: the search */

/* The linker puts this in place of scrawl_predict_picture, by a name that it makes: see make/test.mk.
 * NOLINTBEGIN(bugprone-reserved-identifier,cert-dcl37-c,cert-dcl51-cpp) */
scrawl_status __wrap_scrawl_predict_picture(const scrawl_model *model, const void *bytes, size_t size,
                                            const scrawl_predict_options *options, scrawl_reading **reading);

scrawl_status __wrap_scrawl_predict_picture(const scrawl_model *model, const void *bytes, size_t size,
                                            const scrawl_predict_options *options, scrawl_reading **reading)
{
    if (least_score >= 0) return read_by_detector(model, options->finder, bytes, size, least_score, reading);
    const struct recognize_options chosen = {.predict = *options, .rules_off = rules_off};
    return recognize_picture(model, bytes, size, &chosen, reading);
}
/* NOLINTEND(bugprone-reserved-identifier,cert-dcl37-c,cert-dcl51-cpp) */

/* names: separated by commas; written to. False, with a complaint, for one that there isn't. */
static bool switch_off(char *names)
{
    for (char *name = strtok(names, ","); name; name = strtok(NULL, ",")) {
        const enum rule rule = rule_named(name);
        if (rule == RULE_NONE) {
            complain("There is no rule \"%s\"; --rules lists them.", name);
            return false;
        }
        rules_off |= rule_bit(rule);
    }
    return true;
}

/* False, with a complaint, for what is no score. */
static bool choose_score(const char *text)
{
    char *end;
    least_score = strtof(text, &end);
    const bool good = end != text && !*end && least_score >= 0 && least_score <= 1;
    if (!good) complain("\"%s\" is no score from 0 to 1.", text);
    return good;
}

static int list_rules(void)
{
    for (enum rule rule = RULE_NONE + 1; rule < RULES_TO_SWITCH; rule++) puts(rule_name(rule));
    return EXIT_FINE;
}

static bool starts_with(const char *text, const char *beginning)
{
    return strncmp(text, beginning, strlen(beginning)) == 0;
}

/* predict_without --rules, or predict_without [--without=RULE,...|--detector-alone=SCORE] followed by what
 * `scrawl predict` takes. */
int main(int argument_count, char **arguments)
{
    int first = 1;
    signal(SIGPIPE, SIG_IGN);
    if (argument_count == 2 && strcmp(arguments[1], "--rules") == 0) return list_rules();
    if (argument_count > 1 && starts_with(arguments[1], without)) {
        if (!switch_off(arguments[first++] + strlen(without))) return EXIT_USAGE;
    } else if (argument_count > 1 && starts_with(arguments[1], alone)) {
        if (!choose_score(arguments[first++] + strlen(alone))) return EXIT_USAGE;
    }
    int status = command_predict(argument_count - first, arguments + first);
    return output_flush() || status != EXIT_FINE ? status : EXIT_TROUBLE;
}
