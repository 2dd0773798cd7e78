/* The runner behind test.h. Usage: test_scrawl [--kernels NAME] [PART OF A TEST'S NAME]; a run without tests fails.
 * test_scrawl --can-run NAME exits 0 when this processor has these kernels. */
#include "test.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "scrawl.h"

enum { MAX_REPORTS_PER_TEST = 10 };

static struct test *first_test;
static int failures_in_test;

void test_register(struct test *test)
{
    struct test **place = &first_test;
    while (*place && strcmp((*place)->name, test->name) < 0) place = &(*place)->next;
    test->next = *place;
    *place = test;
}

bool test_check(bool ok, const char *file, int line, const char *format, ...)
{
    if (ok) return true;
    if (failures_in_test++ >= MAX_REPORTS_PER_TEST) return false;
    va_list arguments;
    va_start(arguments, format);
    printf("  %s:%d: ", file, line);
    vprintf(format, arguments);
    printf("\n");
    va_end(arguments);
    return false;
}

bool test_equal(long long actual, long long expected, const char *file, int line, const char *what)
{
    return test_check(actual == expected, file, line, "%s is %lld, expected %lld", what, actual, expected);
}

bool test_near(double actual, double expected, double tolerance, const char *file, int line, const char *what)
{
    return test_check(fabs(actual - expected) <= tolerance, file, line, "%s is %.9g, expected %.9g within %g", what,
                      actual, expected, tolerance);
}

bool test_text(const char *actual, const char *expected, const char *file, int line, const char *what)
{
    return test_check(actual && strcmp(actual, expected) == 0, file, line, "%s is \"%s\", expected \"%s\"", what,
                      actual ? actual : "(null)", expected);
}

bool test_mentions(const char *text, const char *part, const char *file, int line)
{
    return test_check(text && strstr(text, part), file, line, "\"%s\" doesn't mention \"%s\"", text ? text : "(null)",
                      part);
}

uint8_t *test_file(const char *path, size_t *size)
{
    FILE *file = fopen(path, "rb");
    if (!file || fseek(file, 0, SEEK_END) != 0) {
        printf("can't read %s; run the tests from the project's root\n", path);
        exit(1);
    }
    *size = (size_t)ftell(file);
    rewind(file);
    uint8_t *bytes = malloc(*size ? *size : 1);
    if (!bytes || fread(bytes, 1, *size, file) != *size) {
        printf("can't read %s\n", path);
        exit(1);
    }
    fclose(file);
    return bytes;
}

static bool run_test(const struct test *test)
{
    failures_in_test = 0;
    test->run();
    if (failures_in_test) printf("FAILED %s\n", test->name);
    fflush(stdout);
    return failures_in_test == 0;
}

int main(int argument_count, char **arguments)
{
    const char *part = "";
    if (argument_count == 3 && strcmp(arguments[1], "--can-run") == 0)
        return scrawl_kernels_choose(arguments[2]) != SCRAWL_OK;
    for (int i = 1; i < argument_count; i++) {
        if (strcmp(arguments[i], "--kernels") == 0 && i + 1 < argument_count) {
            if (scrawl_kernels_choose(arguments[++i]) != SCRAWL_OK) {
                printf("%s\n", scrawl_error());
                return 1;
            }
        } else {
            part = arguments[i];
        }
    }
    int passed = 0, failed = 0;
    for (const struct test *test = first_test; test; test = test->next) {
        if (!strstr(test->name, part)) continue;
        if (run_test(test))
            passed++;
        else
            failed++;
    }
    printf("%d passed, %d failed\n", passed, failed);
    return failed > 0 || passed == 0;
}
