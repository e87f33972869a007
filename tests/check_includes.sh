#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Proves that the stages know only what comes before them: check_includes.sh [ROOT]
#
# Every #include "..." must name an existing file from the root of the project,
# in a folder that the including folder may know (table below); a library may be
# included only where the table says that it is used. Every header must carry the
# include guard of its path (but *_body.h, which is code to be compiled in several
# ways), every C file its licence. Exit 1 and one line per violation.
set -euo pipefail

root=${1:-$(cd "$(dirname "$0")/.." && pwd)}
cd "$root"

# Folder: the folders it may include. main.c and the tests see everything.
declare -A may_know=(
	[elfsyms]="elfsyms"
	[analyzer/base]="analyzer/base"
	[analyzer/input]="analyzer/base analyzer/input"
	[analyzer/account]="analyzer/base analyzer/input analyzer/account"
	[analyzer/attribute]="analyzer/base analyzer/input analyzer/account analyzer/attribute elfsyms"
	[analyzer/report]="analyzer/base analyzer/input analyzer/account analyzer/attribute analyzer/report"
	[render]="analyzer/base analyzer/attribute render"
	[analyzer/cli]="analyzer/base analyzer/input analyzer/account analyzer/attribute analyzer/report
		elfsyms render analyzer/cli"
)

# Library header (pattern) and the folders that may use it, in `ret`. (A process per
# include would take most of the time: functions here answer in variables.)
library_users() { # HEADER
	case $1 in
	libelf.h | gelf.h | dwarf.h | elfutils/*) ret="elfsyms" ;;
	elf.h) ret="elfsyms analyzer/attribute" ;; # its constants: STT_FUNC, ET_REL
	cairo* | png.h | fontconfig/*) ret="render" ;;
	traceevent/* | tracefs/* | trace-cmd/* | zstd.h) ret="analyzer/input" ;;
	archive.h | archive_entry.h) ret="analyzer/input" ;;
	dlfcn.h) ret="analyzer/base elfsyms" ;; # late_library.h, late_dw.h
	sqlite3.h | json-c/*) ret="analyzer/report" ;;
	cmocka.h) ret="tests" ;;
	*) ret="" ;;
	esac
}

violations=0
violation() { # FILE TEXT
	echo "$1: $2"
	violations=$((violations + 1))
}

# The entry of the table a file falls under, its longest prefix, in `ret`.
stage_of() { # FILE
	ret=${1%/*}
	while [[ -n $ret && $ret != "$1" ]]; do
		if [[ -n ${may_know[$ret]:-} || $ret == tests ]]; then
			return
		fi
		[[ $ret == */* ]] || break
		ret=${ret%/*}
	done
	ret=""
}

is_in() { # WORD LIST
	local item
	for item in $2; do
		[[ $item == "$1" ]] && return 0
	done
	return 1
}

check_own_include() { # FILE STAGE INCLUDED
	if [[ $2 == tests && (-e tests/$3 || -e ${1%/*}/$3) ]]; then
		return
	fi
	if [[ ! -e $3 ]]; then
		violation "$1" "includes \"$3\", which is no file of the project (write the path from its root)"
		return
	fi
	if [[ -z $2 || $2 == tests ]]; then
		return
	fi
	stage_of "$3"
	if ! is_in "$ret" "${may_know[$2]}"; then
		violation "$1" "$2 must not know ${ret:-${3%/*}}, but includes \"$3\""
	fi
}

check_library_include() { # FILE STAGE INCLUDED
	library_users "$3"
	if [[ -n $ret && $2 != tests ]] && ! is_in "$2" "$ret"; then
		violation "$1" "<$3> belongs to $ret only"
	fi
}

# The guard is the path; alternatives of which only one may be included (x_sse2.h,
# x_neon.h) share that of their common beginning (x.h).
check_guard() { # FILE GUARD
	local wanted=${1^^}
	wanted=${wanted//[^A-Z0-9]/_}
	if [[ -z $2 || ($wanted != "$2" && $wanted != "${2%H}"*) ]]; then
		violation "$1" "has no include guard $wanted"
	fi
}

check_file() { # FILE LICENCE GUARD
	stage_of "$1"
	stage=$ret
	if [[ -z $stage && $1 != analyzer/main.c ]]; then
		violation "$1" "stands in a folder that has no place in the order of the stages"
	fi
	if [[ $2 != licensed ]]; then
		violation "$1" "does not begin with its SPDX licence line"
	fi
	if [[ $1 == *.h && $1 != *_body.h ]]; then
		check_guard "$1" "$3"
	fi
}

# Of every file: what it includes, each on a line "FILE include NAME" with its marks, and
# before these "FILE file licensed|unlicensed GUARD", GUARD empty where it is not the first
# directive or not defined.
# shellcheck disable=SC2016 # the program is awk's
read_files() {
	find analyzer elfsyms render tests -name '*.[ch]' -print0 | sort -z | xargs -0 awk '
		function finish() {
			if (name != "") {
				print name, "file", licence, (guard in defined) ? guard : ""
				printf "%s", included
			}
		}
		FNR == 1 {
			finish()
			name = FILENAME
			licence = $0 == "/* SPDX-License-Identifier: GPL-2.0-or-later */" ? "licensed" : "unlicensed"
			guard = included = ""
			directives = 0
			delete defined
		}
		/^#/ && !directives++ && /^#ifndef [A-Z0-9_]+_H$/ { guard = $2 }
		/^#define [A-Z0-9_]+_H$/ { defined[$2] }
		/^[ \t]*#[ \t]*include[ \t]*("[^"]+"|<[^>]+>)/ {
			match($0, /"[^"]+"|<[^>]+>/)
			included = included name " include " substr($0, RSTART, RLENGTH) "\n"
		}
		END { finish() }'
}

while read -r file kind what guard; do
	case $kind$what in
	file*) check_file "$file" "$what" "$guard" ;;
	include\"*) check_own_include "$file" "$stage" "${what//\"/}" ;;
	*) check_library_include "$file" "$stage" "${what//[<>]/}" ;;
	esac
done < <(read_files)

if [[ $violations -gt 0 ]]; then
	echo "$violations violations"
	exit 1
fi
echo "include direction, guards and licences are in order"
