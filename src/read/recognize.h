/* Reading a picture with settings that measurements need and scrawl.h does not offer. Knows no files. */
#ifndef RECOGNIZE_H
#define RECOGNIZE_H

#include <stdint.h>

#include "scrawl.h"

struct recognize_options {
    scrawl_predict_options predict;
    uint32_t rules_off; /* bits of rules that judge nothing (ink/rules.h) */
};

/* scrawl_predict_picture with these options. */
scrawl_status recognize_picture(const scrawl_model *model, const void *bytes, size_t size,
                                const struct recognize_options *options, scrawl_reading **reading);

#endif
