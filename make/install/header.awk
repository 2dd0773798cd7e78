# scrawl(3), of scrawl.h, after text.awk: template, scrawl.3.in, with each section of the header, in which the declarations
# stand as they are and the comments before them are text.

BEGIN { was_literal = 0 }

# A comment's lines. "Word.   Text" begins an item, whose other lines are indented as far; others that are indented stand as
# they are.
function add_comment(line,    is_literal) {
    is_literal = 0
    sub(/ *\*\/$/, "", line)
    sub(/^\/\* ?/, "", line)
    sub(/^ \* ?/, "", line)
    if (line ~ /^[A-Z][a-z]+\.  /) {
        in_item = 1
        sub(/\. +/, ". ", line)
        line = ".PP\n" roff(line)
    } else if (in_item && line ~ /^          /) {
        sub(/^ +/, "", line)
        line = roff(line)
    } else {
        in_item = 0
        is_literal = line ~ /^    /
        line = roff(line)
    }
    if (is_literal != was_literal) comment = comment (is_literal ? ".PP\n.nf\n" : ".fi\n.PP\n")
    was_literal = is_literal
    if (line != "") comment = comment line "\n"
}

function end_comment() {
    if (was_literal) comment = comment ".fi\n"
    sub(/\.PP\n$/, "", comment)
    was_literal = in_item = 0
}

# What was gathered: the declarations first, indented below them what is said of them.
function flush() {
    if (code != "") body = body begin ".nf\n" code ".fi\n"
    if (comment != "") body = body (code == "" ? begin comment : ".RS\n" comment ".RE\n")
    if (code comment != "") begin = ".PP\n"
    code = comment = ""
}

/^\/\* ---- / {
    flush()
    title = $0
    sub(/^\/\* -+ /, "", title)
    sub(/ -+ \*\/$/, "", title)
    body = body ".SS " title "\n"
    begin = "" # a paragraph begins by itself there
    next
}
/^#include|^#ifdef|^#endif|^#ifndef|^#pragma|^#define SCRAWL_H$|^extern "C"|^[}]$/ { next }
in_comment { add_comment($0); if (/\*\/$/) { in_comment = 0; end_comment() } next }
/^\/\*/ && !in_code { if (code != "") flush(); add_comment($0); if (/\*\/$/) end_comment(); else in_comment = 1; next }
/^$/ { if (!in_code) flush(); next }
{
    code = code roff($0) "\n"
    if (/[{]$/) in_code = 1
    if (/^[}]/) in_code = 0
}

END {
    flush()
    while ((getline line < template) > 0) {
        if (line == "@HEADER@") printf "%s", body
        else {
            gsub(/@VERSION@/, version, line)
            gsub(/@DATE@/, date, line)
            print line
        }
    }
}
