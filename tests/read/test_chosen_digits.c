/* Tests of chosen_digits.c: order, boxes and confidences of candidates that were chosen. */
#include "test.h"

#include <string.h>

#include "read/chosen_digits.h"

enum { COUNT = 4, CLASSES = 10 };

/* Two on a line, out of order; one on the next line, beyond the picture's edge; one that was not taken. */
static void make_candidates(struct candidate *items, struct choice *choices, float *probabilities, uint8_t *inputs,
                            struct candidates *candidates)
{
    static const struct place boxes[COUNT] = {
        {60, 10, 80, 40}, {10, 12, 30, 41}, {-5, 70, 15.5f, 102}, {62, 12, 79, 38}};
    for (size_t i = 0; i < COUNT; i++) {
        items[i] = (struct candidate){.box = boxes[i],
                                      .window = NO_SOURCE,
                                      .detection = i,
                                      .class_index = i,
                                      .confidence = i == 3 ? 0.3f : 0.8f,
                                      .beaten = i == 3};
        choices[i] = (struct choice){.box = boxes[i], .chosen = i != 3};
        for (size_t k = 0; k < CLASSES; k++) probabilities[i * CLASSES + k] = k == i ? 0.91f : 0.01f;
        memset(inputs + i * SCRAWL_IMAGE_PIXELS, (int)i + 1, SCRAWL_IMAGE_PIXELS);
    }
    *candidates = (struct candidates){
        .items = items, .choices = choices, .count = COUNT, .probabilities = probabilities, .inputs = inputs};
}

TEST(chosen_digits_stand_in_reading_order_inside_the_picture)
{
    static uint8_t inputs[COUNT * SCRAWL_IMAGE_PIXELS];
    struct candidate items[COUNT];
    struct choice choices[COUNT];
    float probabilities[COUNT * CLASSES];
    struct candidates candidates;
    struct chosen_digits chosen = {0};
    const struct finding finding = {.factor = 2, .picture_width = 200, .picture_height = 200};
    make_candidates(items, choices, probabilities, inputs, &candidates);
    CHECK_EQUAL(chosen_of_candidates(&finding, &candidates, CLASSES, &chosen), SCRAWL_OK);
    if (CHECK_EQUAL(chosen.found.count, 3)) {
        const struct found_digit *digits = chosen.found.digits;
        CHECK_EQUAL(digits[0].x, 20);
        CHECK_EQUAL(digits[0].input[0], 2);
        CHECK_EQUAL(digits[1].x, 120);
        CHECK_EQUAL(digits[0].line, digits[1].line);
        CHECK_EQUAL(digits[2].x, 0);
        CHECK_EQUAL(digits[2].width, 31);
        CHECK_EQUAL(digits[2].y + digits[2].height, 200);
        CHECK(digits[2].line > digits[1].line);
        CHECK_NEAR(chosen.probabilities[1], 0.8, 1e-5); /* the surest class has the candidate's confidence */
    }
    chosen_digits_free(&chosen);
}

TEST(chosen_digits_show_what_was_looked_at)
{
    static uint8_t inputs[COUNT * SCRAWL_IMAGE_PIXELS];
    struct candidate items[COUNT];
    struct choice choices[COUNT];
    float probabilities[COUNT * CLASSES];
    struct candidates candidates;
    struct chosen_digits chosen = {0};
    const struct finding finding = {.factor = 1, .picture_width = 100, .picture_height = 110};
    make_candidates(items, choices, probabilities, inputs, &candidates);
    CHECK_EQUAL(chosen_of_candidates(&finding, &candidates, CLASSES, &chosen), SCRAWL_OK);
    if (CHECK_EQUAL(chosen.look_count, COUNT)) {
        for (int i = 0; i < 3; i++) CHECK_EQUAL(chosen.looks[i].digit, i);
        CHECK_EQUAL(chosen.looks[3].digit, NOT_CHOSEN);
        CHECK(!chosen.looks[3].left_out); /* another one took its ink */
        CHECK_EQUAL(chosen.looks[3].class_index, 3);
    }
    chosen_digits_free(&chosen);
}
