#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Plants one violation after the other into a small project and sees check_includes.sh find it.
set -euo pipefail

checker=$(cd "$(dirname "$0")" && pwd)/check_includes.sh
root=$(mktemp -d)
trap 'rm -rf "$root"' EXIT
failures=0

write() { # FILE LINES...
	local file=$root/$1 line
	shift
	mkdir -p "${file%/*}"
	echo "/* SPDX-License-Identifier: GPL-2.0-or-later */" > "$file"
	for line in "$@"; do
		echo "$line" >> "$file"
	done
}

header() { # FILE
	local guard=${1^^}
	guard=${guard//[^A-Z0-9]/_}
	write "$1" "#ifndef $guard" "#define $guard" "#endif"
}

clean_project() {
	rm -rf "${root:?}"/*
	mkdir -p "$root"/{tests,render,analyzer,elfsyms}
	header elfsyms/object.h
	header analyzer/base/error.h
	header analyzer/input/decoder.h
	header analyzer/account/account.h
	header analyzer/attribute/tree.h
	header analyzer/report/report.h
	write analyzer/attribute/place.c '#include <stdio.h>' '#include "analyzer/account/account.h"' \
		'#include "elfsyms/object.h"'
	write analyzer/main.c '#include "analyzer/report/report.h"' '#include "elfsyms/object.h"'
	write render/rings.c '#include <cairo.h>' '#include "analyzer/attribute/tree.h"'
	write tests/unit/test_x.c '#include "analyzer/input/decoder.h"' '#include <cmocka.h>'
}

expect() { # STATUS WHAT
	local status=0
	bash "$checker" "$root" > "$root/output" 2>&1 || status=$?
	if [[ $status -ne $1 ]]; then
		echo "FAILED: $2: exit $status, expected $1"
		cat "$root/output"
		failures=$((failures + 1))
	fi
}

planted() { # WHAT FILE LINES...
	local what=$1
	shift
	clean_project
	write "$@"
	expect 1 "$what"
}

clean_project
write analyzer/input/vector_sse2.h '#ifndef ANALYZER_INPUT_VECTOR_H' '#define ANALYZER_INPUT_VECTOR_H' '#endif'
write analyzer/input/fast_body.h '#include "analyzer/input/decoder.h"'
expect 0 "a project in order"
planted "a decoder that knows the accounts" analyzer/input/a.c '#include "analyzer/account/account.h"'
planted "an indented include" analyzer/base/a.c '  #  include "analyzer/input/decoder.h"'
planted "elfsyms that knows the analyzer" elfsyms/a.c '#include "analyzer/base/error.h"'
planted "a chart that knows a decoder" render/a.c '#include "analyzer/input/decoder.h"'
planted "a report that reads ELF" analyzer/report/a.c '#include "elfsyms/object.h"'
planted "libelf outside elfsyms" analyzer/attribute/a.c '#include <gelf.h>'
planted "cairo outside render" analyzer/report/a.c '#include <cairo.h>'
planted "an include relative to its folder" analyzer/input/a.c '#include "decoder.h"'
planted "an include that goes up" analyzer/input/a.c '#include "../base/error.h"'
planted "a stage that has no place" analyzer/extra/a.c '#include <stdio.h>'
planted "a header without guard" analyzer/input/b.h '#define ANALYZER_INPUT_B_H'
planted "a header with another's guard" analyzer/input/b.h '#ifndef ANALYZER_INPUT_C_H' \
	'#define ANALYZER_INPUT_C_H' '#endif'
planted "a guard behind an include" analyzer/input/b.h '#include <stdio.h>' \
	'#ifndef ANALYZER_INPUT_B_H' '#define ANALYZER_INPUT_B_H' '#endif'
clean_project
echo 'int x;' > "$root/render/a.c"
expect 1 "a file without licence"

if [[ $failures -gt 0 ]]; then
	exit 1
fi
echo "every planted violation was found"
