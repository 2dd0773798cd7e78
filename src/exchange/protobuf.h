/* The wire format of protocol buffers (https://protobuf.dev/programming-guides/encoding): fields one after the other,
 * each a number, a kind and a value. Reading is bounds-checked and keeps pointers into the bytes. Knows no message. */
#ifndef PROTOBUF_H
#define PROTOBUF_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/text.h"

struct slice {
    const uint8_t *bytes;
    size_t size;
};

enum wire_kind { WIRE_VARINT = 0, WIRE_64_BITS = 1, WIRE_BYTES = 2, WIRE_32_BITS = 5 };

struct protobuf_field {
    uint32_t number;
    enum wire_kind kind;
    uint64_t value;     /* of a varint, or the bits of a fixed one */
    struct slice bytes; /* a text, message or packed numbers; of a fixed one its bytes */
};

/* Takes the next field off the message's front. False at its end, and where it is damaged, when something is left. */
bool protobuf_next(struct slice *message, struct protobuf_field *field);

/* Takes a varint off the front of packed ones; false as above. */
bool protobuf_varint(struct slice *packed, uint64_t *value);

/* Whether the field may be read to its end, and so may all messages that one reads in it. */
bool protobuf_is_whole(struct slice message);

bool slice_is(struct slice slice, const char *text);
bool slice_equals(struct slice a, struct slice b);

/* ---- Writing: each appends one field ---- */

void protobuf_put_number(struct text *message, uint32_t number, uint64_t value);
void protobuf_put_float(struct text *message, uint32_t number, float value);
void protobuf_put_bytes(struct text *message, uint32_t number, const void *bytes, size_t size);
void protobuf_put_text(struct text *message, uint32_t number, const char *text);
/* Empties the inner message; what failed there has failed in the outer one. */
void protobuf_put_message(struct text *message, uint32_t number, struct text *inner);

#endif
