/* A small test runner: TEST functions register themselves, CHECKs count. tests/ROOM/test_x.c covers src/ROOM/x.c. */
#ifndef TEST_H
#define TEST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct test {
    const char *name;
    void (*run)(void);
    struct test *next;
};

void test_register(struct test *test);

/* Records a failed check of the running test unless ok; returns ok, so that a test can stop: if (!CHECK(x)) return; */
bool test_check(bool ok, const char *file, int line, const char *format, ...) __attribute__((format(printf, 4, 5)));

#define TEST(test_name)                                                          \
    static void test_##test_name(void);                                          \
    static struct test entry_##test_name = {#test_name, test_##test_name, NULL}; \
    __attribute__((constructor)) static void register_##test_name(void)          \
    {                                                                            \
        test_register(&entry_##test_name);                                       \
    }                                                                            \
    static void test_##test_name(void)

#define CHECK(condition) test_check((condition), __FILE__, __LINE__, "%s", #condition)
#define CHECK_EQUAL(actual, expected) \
    test_equal((long long)(actual), (long long)(expected), __FILE__, __LINE__, #actual)
#define CHECK_NEAR(actual, expected, tolerance) \
    test_near((actual), (expected), (tolerance), __FILE__, __LINE__, #actual)
#define CHECK_TEXT(actual, expected) test_text((actual), (expected), __FILE__, __LINE__, #actual)
/* The text contains the part: for sentences, whose wording may be polished but must name the thing. */
#define CHECK_MENTIONS(text, part) test_mentions((text), (part), __FILE__, __LINE__)

bool test_equal(long long actual, long long expected, const char *file, int line, const char *what);
bool test_near(double actual, double expected, double tolerance, const char *file, int line, const char *what);
bool test_text(const char *actual, const char *expected, const char *file, int line, const char *what);
bool test_mentions(const char *text, const char *part, const char *file, int line);

/* The bytes of a file below the project's root, to be freed by the caller; ends the run when it can't be read. */
uint8_t *test_file(const char *path, size_t *size);

#endif
