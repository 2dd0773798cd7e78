/* Implements protobuf.h. */
#include "protobuf.h"

#include <string.h>

_Static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__, "Files and memory share the order of bytes.");

enum { VARINT_BITS = 7, MOST_VARINT_BYTES = 10, KIND_BITS = 3, KIND_MASK = 7, LOW_BITS = 0x7F, MORE = 0x80 };

bool protobuf_varint(struct slice *packed, uint64_t *value)
{
    uint64_t result = 0;
    for (size_t i = 0; i < packed->size && i < MOST_VARINT_BYTES; i++) {
        result |= (uint64_t)(packed->bytes[i] & LOW_BITS) << (VARINT_BITS * i);
        if (packed->bytes[i] & MORE) continue;
        packed->bytes += i + 1;
        packed->size -= i + 1;
        *value = result;
        return true;
    }
    return false;
}

static bool take(struct slice *message, uint64_t size, struct slice *taken)
{
    if (size > message->size) return false;
    *taken = (struct slice){message->bytes, (size_t)size};
    message->bytes += size;
    message->size -= (size_t)size;
    return true;
}

bool protobuf_next(struct slice *message, struct protobuf_field *field)
{
    struct slice rest = *message;
    uint64_t tag, size;
    *field = (struct protobuf_field){0};
    if (!protobuf_varint(&rest, &tag) || tag >> KIND_BITS == 0 || tag >> KIND_BITS > UINT32_MAX) return false;
    field->number = (uint32_t)(tag >> KIND_BITS);
    field->kind = (enum wire_kind)(tag & KIND_MASK);
    switch (field->kind) {
        case WIRE_VARINT:
            if (!protobuf_varint(&rest, &field->value)) return false;
            break;
        case WIRE_BYTES:
            if (!protobuf_varint(&rest, &size) || !take(&rest, size, &field->bytes)) return false;
            break;
        case WIRE_64_BITS:
        case WIRE_32_BITS:
            if (!take(&rest, field->kind == WIRE_64_BITS ? sizeof(uint64_t) : sizeof(uint32_t), &field->bytes))
                return false;
            memcpy(&field->value, field->bytes.bytes, field->bytes.size);
            break;
        default:
            return false;
    }
    *message = rest;
    return true;
}

bool protobuf_is_whole(struct slice message)
{
    struct protobuf_field field;
    while (protobuf_next(&message, &field)) continue;
    return message.size == 0;
}

bool slice_is(struct slice slice, const char *text)
{
    return slice.size == strlen(text) && memcmp(slice.bytes, text, slice.size) == 0;
}

bool slice_equals(struct slice a, struct slice b)
{
    return a.size == b.size && (a.size == 0 || memcmp(a.bytes, b.bytes, a.size) == 0);
}

/* ---- Writing ----------------------------------------------------------------------------------------------------- */

static void put_varint(struct text *message, uint64_t value)
{
    char bytes[MOST_VARINT_BYTES];
    size_t count = 0;
    for (; value > LOW_BITS; value >>= VARINT_BITS) bytes[count++] = (char)(uint8_t)(value | MORE);
    bytes[count++] = (char)value;
    text_append_bytes(message, bytes, count);
}

static void put_tag(struct text *message, uint32_t number, enum wire_kind kind)
{
    put_varint(message, (uint64_t)number << KIND_BITS | (uint64_t)kind);
}

void protobuf_put_number(struct text *message, uint32_t number, uint64_t value)
{
    put_tag(message, number, WIRE_VARINT);
    put_varint(message, value);
}

void protobuf_put_float(struct text *message, uint32_t number, float value)
{
    char bytes[sizeof value];
    memcpy(bytes, &value, sizeof value);
    put_tag(message, number, WIRE_32_BITS);
    text_append_bytes(message, bytes, sizeof bytes);
}

void protobuf_put_bytes(struct text *message, uint32_t number, const void *bytes, size_t size)
{
    put_tag(message, number, WIRE_BYTES);
    put_varint(message, size);
    text_append_bytes(message, bytes, size);
}

void protobuf_put_text(struct text *message, uint32_t number, const char *text)
{
    protobuf_put_bytes(message, number, text, strlen(text));
}

void protobuf_put_message(struct text *message, uint32_t number, struct text *inner)
{
    message->failed |= inner->failed;
    protobuf_put_bytes(message, number, inner->bytes, inner->length);
    text_free(inner);
}
