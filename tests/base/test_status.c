/* Tests src/base/status.c: the version, and the sentence behind scrawl_error(). */
#include "test.h"

#include <pthread.h>
#include <string.h>

#include "base/status.h"

TEST(version_is_the_headers)
{
    CHECK_TEXT(scrawl_version(), SCRAWL_VERSION);
}

TEST(status_text_is_there_for_every_status)
{
    for (int status = SCRAWL_OK; status <= SCRAWL_UNSUPPORTED; status++) {
        const char *text = scrawl_status_text((scrawl_status)status);
        CHECK(strlen(text) > 0);
        CHECK(strcmp(text, scrawl_status_text((scrawl_status)(SCRAWL_UNSUPPORTED + 1))) != 0);
    }
    CHECK_TEXT(scrawl_status_text((scrawl_status)-1), "Unknown status.");
}

TEST(status_fail_joins_its_parts)
{
    CHECK_EQUAL(fail(SCRAWL_INVALID_MODEL, "a ", "bc", "", " d.", NULL), SCRAWL_INVALID_MODEL);
    CHECK_TEXT(scrawl_error(), "a bc d.");
    CHECK_EQUAL(fail(SCRAWL_UNSUPPORTED, "x", NULL), SCRAWL_UNSUPPORTED);
    CHECK_TEXT(scrawl_error(), "x");
    CHECK_EQUAL(fail_out_of_memory(), SCRAWL_OUT_OF_MEMORY);
    CHECK_TEXT(scrawl_error(), scrawl_status_text(SCRAWL_OUT_OF_MEMORY));
}

enum { LONGEST = 511, LONG = 600 };

TEST(status_fail_cuts_long_sentences)
{
    char sentence[LONG + 1];
    memset(sentence, 'x', LONG);
    sentence[LONG] = 0;
    fail(SCRAWL_INVALID_MODEL, sentence, "more", NULL);
    CHECK_EQUAL(strlen(scrawl_error()), LONGEST);
    sentence[LONGEST] = 0;
    fail(SCRAWL_INVALID_MODEL, sentence, "more", NULL);
    CHECK_TEXT(scrawl_error(), sentence);
}

TEST(status_fail_cuts_between_characters)
{
    for (size_t first = LONGEST - 5; first <= LONGEST; first++) {
        char sentence[LONG + 1];
        memset(sentence, 'x', LONG);
        memcpy(sentence + first, "\xF0\x9F\x96\x8B", 4); /* a fountain pen */
        sentence[LONG] = 0;
        fail(SCRAWL_INVALID_MODEL, sentence, NULL);
        CHECK_EQUAL(strlen(scrawl_error()), first + 4 <= LONGEST ? LONGEST : first);
        CHECK(memcmp(scrawl_error(), sentence, strlen(scrawl_error())) == 0);
    }
}

static void *fail_elsewhere(void *first_sentence)
{
    strcpy(first_sentence, scrawl_error());
    fail(SCRAWL_UNSUPPORTED, "elsewhere", NULL);
    return NULL;
}

TEST(status_sentence_belongs_to_its_thread)
{
    char first_sentence[LONG] = "?";
    pthread_t thread;
    fail(SCRAWL_UNSUPPORTED, "here", NULL);
    if (!CHECK(pthread_create(&thread, NULL, fail_elsewhere, first_sentence) == 0)) return;
    pthread_join(thread, NULL);
    CHECK_TEXT(scrawl_error(), "here");
    CHECK_TEXT(first_sentence, "");
}
