#!/bin/sh
# Verifies a file of a decision log with nothing but standard tools.
#
# The hash of a record is the SHA-256 of its line without the member "hash", which is the last one: of the bytes up to
# `,"hash":"`, and `}`. The member before it, "previous", is the hash of the record before.
LC_ALL=C
export LC_ALL
number=0
before=
while IFS= read -r line; do
    number=$((number + 1))
    body=${line%',"hash":"'*}
    hash=${line##*',"hash":"'}
    hash=${hash%'"}'}
    previous=${body##*',"previous":"'}
    previous=${previous%'"'}
    if [ "$(printf '%s}' "$body" | sha256sum | cut -c 1-64)" != "$hash" ]; then
        echo "line $number was changed"
        exit 1
    fi
    if [ -n "$before" ] && [ "$previous" != "$before" ]; then
        echo "line $number does not follow the one before"
        exit 1
    fi
    before=$hash
done <"$1"
echo "whole up to $before"
